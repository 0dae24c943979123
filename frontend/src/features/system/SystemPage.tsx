import { useQuery } from '@tanstack/react-query';
import { Card, Descriptions, Flex, Skeleton, Tag } from 'antd';
import { tr } from '../../app/preferences';
import type { ComponentState, Json } from '../../api/types';
import { Failure } from '../../ui/Failure';
import { formatCount, formatDuration } from '../../ui/format';
import { systemApi } from './api';

/** The server's health as it measures itself; figures of this node are asked for while the page is looked at. */
export default function SystemPage() {
  const health = useQuery({ queryKey: ['health'], queryFn: systemApi.health, refetchInterval: 2000 });
  const seen = health.data;
  return (
    <>
      <h1 className="title">{tr('Состояние', 'Health')}</h1>
      <Failure error={health.error} onRetry={() => void health.refetch()} />
      {!seen && !health.error && <Skeleton active paragraph={{ rows: 8 }} />}
      {seen && (
        <>
          <Flex gap="4px 20px" wrap align="center" style={{ marginBottom: 16 }}>
            <State state={seen.status} />
            <span>{tr('версия', 'version')} {seen.version}</span>
            <span>{tr('узел', 'node')} {seen.node}</span>
            <span className="figures">{tr('работает', 'up')} {formatDuration(seen.uptime_seconds)}</span>
            {seen.draining && <Tag color="warning">{tr('останавливается', 'stopping')}</Tag>}
          </Flex>
          <div className="cards">
            {Object.entries(seen.components).map(([name, component]) => (
              <Card key={name} size="small" title={titleOf(name)} extra={<State state={component.status} />}>
                <Descriptions size="small" column={1} items={figuresOf(component).map(([label, value]) => ({ key: label, label: figureTitle(label), children: <span className="figures" style={{ whiteSpace: 'normal' }}>{text(value)}</span> }))} />
              </Card>
            ))}
          </div>
        </>
      )}
    </>
  );
}

const State = ({ state }: { state: string }) => (
  <Tag style={{ margin: 0 }} color={state === 'healthy' ? 'success' : state === 'degraded' ? 'warning' : 'error'}>
    {{ healthy: tr('в порядке', 'healthy'), degraded: tr('с трудностями', 'degraded'), unhealthy: tr('не работает', 'unhealthy') }[state] ?? state}
  </Tag>
);

const figuresOf = ({ status: _, pool, ...rest }: ComponentState): [string, Json][] => [...Object.entries((pool as Record<string, Json> | undefined) ?? {}), ...Object.entries(rest as Record<string, Json>)].filter(([, value]) => value !== null);
const text = (value: Json) => (value === true ? tr('да', 'yes') : value === false ? tr('нет', 'no') : typeof value === 'number' ? formatCount(value) : String(value));
const titleOf = (name: string) => ({ database: tr('База данных', 'Database'), cache: tr('Кэш', 'Cache'), onec: '1С', queue: tr('Очередь', 'Queue'), loop: tr('Цикл событий', 'Event loop') })[name] ?? name;
const figureTitle = (name: string) =>
  ({
    size: tr('соединений в пуле', 'connections in the pool'), in_use: tr('занято', 'in use'), idle: tr('свободно', 'idle'), overflow: tr('сверх пула', 'overflow'), waiting: tr('ждут соединения', 'waiting'),
    listening: tr('слышит другие узлы', 'hears other nodes'), failures: tr('сбоев', 'failures'), reconnects: tr('пересоединений', 'reconnects'), last_error: tr('последняя ошибка', 'last error'),
    kind: tr('вид', 'kind'), configured: tr('адрес задан', 'address is set'), requests: tr('запросов', 'requests'), retries: tr('повторов', 'retries'),
    pending: tr('ждут', 'pending'), limit: tr('предел', 'limit'), running: tr('выполняются', 'running'), workers: tr('рабочих мест', 'workers'),
    lag_p99_ms: tr('задержка p99, мс', 'lag p99, ms'), lag_max_ms: tr('наибольшая задержка, мс', 'largest lag, ms'),
  })[name] ?? name;
