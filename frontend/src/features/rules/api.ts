import { client, data, type Query } from '../../api/client';
import type { MappingChange, MappingInput, RuleChange, RuleInput } from '../../api/schema';

const one = (id: number) => ({ params: { path: { id } } });

export const rulesApi = {
  list: (query: Query<'/categorization-rules'>) => data(client.GET('/categorization-rules', { params: { query } })),
  add: (body: RuleInput) => data(client.POST('/categorization-rules', { body })),
  change: (id: number, body: RuleChange) => data(client.PATCH('/categorization-rules/{id}', { ...one(id), body })),
  remove: (id: number) => data(client.DELETE('/categorization-rules/{id}', one(id))),
  tryOut: (body: RuleInput) => data(client.POST('/categorization-rules/try', { body })),
  mappings: (query: Query<'/business-operation-mappings'>) => data(client.GET('/business-operation-mappings', { params: { query } })),
  addMapping: (body: MappingInput) => data(client.POST('/business-operation-mappings', { body })),
  changeMapping: (id: number, body: MappingChange) => data(client.PATCH('/business-operation-mappings/{id}', { ...one(id), body })),
};
