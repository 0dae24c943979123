import { tr } from '../../app/preferences';
import { directoryApi } from './api';
import { Directory } from './Directory';

const fetch = async (query: object) => {
  const { organizations, total } = await directoryApi.organizations(query);
  return { rows: organizations, total };
};

export default function OrganizationsPage() {
  return <Directory name="organizations" title={tr('Организации', 'Organizations')} fetch={fetch} linkOf={(card) => `/transactions?organization_id=${card.id}`} />;
}
