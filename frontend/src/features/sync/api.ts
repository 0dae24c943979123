import dayjs from 'dayjs';
import { client, data } from '../../api/client';

export type PeriodBody = { date_from: string; date_to: string; auto_classify: boolean; dry_run?: boolean };

export const syncApi = {
  transactions: (body: PeriodBody) => data(client.POST('/sync-1c/bank-transactions/sync-async', { body })),
  full: (body: PeriodBody) => data(client.POST('/sync-1c/full/sync-async', { body })),
  contractors: () => data(client.POST('/sync-1c/contractors/sync-async', { body: {} })),
  organizations: () => data(client.POST('/sync-1c/organizations/sync-async', { body: {} })),
  categories: () => data(client.POST('/sync-1c/categories/sync-async', { body: {} })),
  statements: (files: File[], account: string, classify: boolean, dry: boolean) => {
    const form = new FormData();
    for (const file of files) form.append('file', file, file.name);
    if (account) form.append('account_number', account);
    form.append('auto_classify', String(classify));
    if (dry) form.append('dry_run', 'true');
    return data(client.POST('/bank-statements/import-async', { body: form as never, bodySerializer: () => form }));
  },
  /** Own accounts of which the ledger has statements of the last days. */
  accounts: (days: number) => data(client.GET('/reconciliation', { params: { query: { date_from: dayjs().subtract(days, 'day').format('YYYY-MM-DD'), date_to: dayjs().format('YYYY-MM-DD'), limit: 500 } } })),
  testConnection: () => data(client.GET('/sync-1c/test-connection')),
};
