import { useQuery } from '@tanstack/react-query';
import { Link } from 'react-router-dom';
import type { Transaction } from '../../api/types';
import { tr } from '../../app/preferences';
import { keys } from '../../realtime/keys';
import { rulesApi } from '../rules/api';

/** What decided about a row's category: a way to the rule or the mapping as it is now, or that it is gone. */
export function FoundBy({ row }: { row: Transaction }) {
  const id = row.category_rule_id;
  const rule = row.category_method === 'rule';
  const found = useQuery({
    queryKey: keys.of('rules', 'found-by', row.category_method, id),
    queryFn: async () => {
      if (rule) return (await rulesApi.list({ id: id ?? undefined })).rules[0] ? `/rules?id=${id}` : null;
      const { mappings } = await rulesApi.mappings({ q: row.business_operation ?? '' });
      return mappings.some((mapping) => mapping.id === id) ? `/rules?${new URLSearchParams({ tab: 'mappings', q: row.business_operation ?? '' })}` : null;
    },
    enabled: id !== null,
  });
  if (id === null || found.data === undefined) return null;
  const title = rule ? tr(`правило № ${id}`, `rule No. ${id}`) : tr(`сопоставление № ${id}`, `mapping No. ${id}`);
  return found.data ? <Link className="link" to={found.data}>{title}</Link> : <span className="quiet">{title} {tr('с тех пор удалено', 'has been deleted since')}</span>;
}
