import { client, data, type Query } from '../../api/client';

const one = (id: number) => ({ params: { path: { id } } });

export const vkApi = {
  groups: (query: Query<'/vk/groups'>) => data(client.GET('/vk/groups', { params: { query } })),
  posts: (query: Query<'/vk/posts'>) => data(client.GET('/vk/posts', { params: { query } })),
  comments: (query: Query<'/vk/comments'>) => data(client.GET('/vk/comments', { params: { query } })),
  keywords: (query: Query<'/vk/keywords'>) => data(client.GET('/vk/keywords', { params: { query } })),
  addKeyword: (keyword: string) => data(client.POST('/vk/keywords', { body: { keyword } })),
  changeKeyword: (id: number, body: { keyword?: string; is_active?: boolean }) => data(client.PATCH('/vk/keywords/{id}', { ...one(id), body })),
  removeKeyword: (id: number) => data(client.DELETE('/vk/keywords/{id}', one(id))),
  parse: (body: { group_id: number | string; post_id?: number }) => data(client.POST('/vk/parse-comments', { body })),
  analyze: (group_id: number | string) => data(client.POST('/vk/analyze-comments', { body: { group_id } })),
  export: (group_id: number | string, format: 'json' | 'csv' | 'xlsx') => data(client.POST('/vk/export-data', { body: { group_id, format } })),
};
