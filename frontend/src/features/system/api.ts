import { client, data } from '../../api/client';

export const systemApi = { health: () => data(client.GET('/health/detailed')) };
