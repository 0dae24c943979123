import { api } from '../../api/client';
import { tr } from '../../app/preferences';
import { Directory } from './Directory';

const fetch = async (query: string) => {
  const { organizations, total } = await api.organizations(query);
  return { cards: organizations, total };
};

export default function OrganizationsPage() {
  return <Directory name="organizations" title={tr('Организации', 'Organizations')} fetch={fetch} linkOf={(card) => `/transactions?organization_id=${card.id}`} />;
}
