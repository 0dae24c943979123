import { tr } from '../../app/preferences';
import { directoryApi } from './api';
import { Directory } from './Directory';

const fetch = async (query: object) => {
  const { contractors, total } = await directoryApi.contractors(query);
  return { rows: contractors, total };
};

export default function ContractorsPage() {
  return <Directory name="contractors" title={tr('Контрагенты', 'Contractors')} fetch={fetch} linkOf={(card) => card.inn ? `/transactions?counterparty_inn=${encodeURIComponent(card.inn)}` : null} />;
}
