import { api } from '../../api/client';
import { tr } from '../../app/preferences';
import { Directory } from './Directory';

const fetch = async (query: string) => {
  const { contractors, total } = await api.contractors(query);
  return { cards: contractors, total };
};

export default function ContractorsPage() {
  return <Directory name="contractors" title={tr('Контрагенты', 'Contractors')} fetch={fetch} linkOf={(card) => (card.inn ? `/transactions?q=${encodeURIComponent(card.inn)}` : null)} />;
}
