import { Alert, Button, Modal } from 'antd';
import { useState } from 'react';
import { tr } from '../../app/preferences';
import { Failure } from '../../ui/Failure';
import { Parts } from '../../ui/Parts';
import { useTaskTypes } from '../tasks/useTask';
import { syncApi } from './api';
import { CataloguePane } from './CataloguePane';
import { LastRun } from './LastRun';
import { PeriodPane } from './PeriodPane';
import { StatementPane } from './StatementPane';
import type { Pane } from './usePane';

type Props = {
  visible: boolean;
  onClose: () => void;
  /** The started task's id: what follows is its progress. */
  onSyncComplete: (taskId: string) => void;
  /** The tab shown, kept by the owner when it wants to (in the address). */
  tab?: string;
  onTab?: (tab: string) => void;
};

type Tab = {
  key: string;
  title: string;
  /** The tab is there when the server has this type of task. */
  type: string;
  pane: (pane: Pane) => React.ReactNode;
};

const tabs = (): Tab[] => [
  { key: 'transactions', title: tr('Транзакции', 'Transactions'), type: 'sync_bank_transactions', pane: (pane) => <PeriodPane {...pane} start={syncApi.transactions} about={tr('Банковские и кассовые документы за период.', 'Bank and cash documents of a period.')} /> },
  { key: 'contractors', title: tr('Контрагенты', 'Contractors'), type: 'sync_contractors', pane: (pane) => <CataloguePane {...pane} start={syncApi.contractors} about={tr('Справочник контрагентов целиком: названия, ИНН, КПП.', 'All contractors: names, INN, KPP.')} action={tr('Загрузить контрагентов', 'Import contractors')} /> },
  { key: 'organizations', title: tr('Организации', 'Organizations'), type: 'sync_organizations', pane: (pane) => <CataloguePane {...pane} start={syncApi.organizations} about={tr('Справочник своих организаций целиком.', 'All organizations of our own.')} action={tr('Загрузить организации', 'Import organizations')} /> },
  { key: 'categories', title: tr('Статьи', 'Items'), type: 'sync_categories', pane: (pane) => <CataloguePane {...pane} start={syncApi.categories} about={tr('Статьи движения денежных средств из 1С: они станут категориями.', 'Cash-flow items of 1C: they become categories.')} action={tr('Загрузить статьи', 'Import items')} /> },
  { key: 'full', title: tr('Полная', 'Everything'), type: 'sync_full', pane: (pane) => <PeriodPane {...pane} start={syncApi.full} about={tr('Организации, статьи, контрагенты, затем операции за период. Одна задача, один отчёт.', 'Organizations, items, contractors, then transactions of a period. One task, one report.')} /> },
  { key: 'statement', title: tr('Выписка из банка', 'Bank statement'), type: 'import_bank_statement', pane: (pane) => <StatementPane {...pane} /> },
];
/** These two are always offered; the server says no if it must. */
const always = ['transactions', 'contractors'];

export default function SyncModal({ visible, onClose, onSyncComplete, tab, onTab }: Props) {
  const types = useTaskTypes();
  const known = new Set(types.data?.task_types.map((type) => type.name));
  const shown = tabs().filter(({ key, type }) => always.includes(key) || known.has(type));
  const [own, setOwn] = useState('transactions');
  const wanted = tab ?? own;
  const active = shown.some(({ key }) => key === wanted) ? wanted : 'transactions';
  return (
    <Modal title={tr('Синхронизация с 1С', 'Sync with 1C')} open={visible} onCancel={onClose} footer={null} width={760}>
      <Parts
        title={tr('Что загрузить', 'What to import')}
        active={active}
        onChange={onTab ?? setOwn}
        items={shown.map(({ key, title, pane }) => ({ key, label: title, children: pane({ onStarted: onSyncComplete }) }))}
      />
      <div className="pane-foot">
        <LastRun key={active} type={shown.find(({ key }) => key === active)!.type} />
        {active !== 'statement' && <ConnectionTest />}
      </div>
    </Modal>
  );
}

/** Does 1C answer? Its answer in words. */
function ConnectionTest() {
  const [answer, setAnswer] = useState<{ success: boolean; message: string } | null>(null);
  const [error, setError] = useState<unknown>(null);
  const [busy, setBusy] = useState(false);
  const test = async () => {
    setBusy(true);
    setError(null);
    setAnswer(null);
    try {
      setAnswer(await syncApi.testConnection());
    } catch (failure) {
      setError(failure);
    } finally {
      setBusy(false);
    }
  };
  return (
    <div aria-live="polite">
      <Failure error={error} />
      {answer && <Alert type={answer.success ? 'success' : 'error'} message={answer.message} showIcon style={{ marginBottom: 12 }} />}
      <Button loading={busy} onClick={() => void test()}>{tr('Проверить соединение с 1С', 'Test the connection to 1C')}</Button>
    </div>
  );
}
