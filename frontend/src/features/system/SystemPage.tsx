import { useQuery } from '@tanstack/react-query';
import { Alert, Card, Flex, Skeleton, Table, Tag } from 'antd';
import { tr } from '../../app/preferences';
import type { ComponentState, Health, User } from '../../api/types';
import { Failure } from '../../ui/Failure';
import { fit } from '../../ui/fit';
import { formatCount, formatDuration } from '../../ui/format';
import { usePhone } from '../../ui/useMedia';
import { systemApi } from './api';
import { componentTitle, figureText, figureTitle } from './figures';

/** The server's health as it measures itself; asked for while the page is looked at. */
export default function SystemPage(_: { user: User }) {
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
            {Object.entries(seen.components).map(([name, component]) => component && <Component key={name} name={name} component={component} />)}
          </div>
          <Nodes nodes={seen.nodes} />
        </>
      )}
    </>
  );
}

function Component({ name, component }: { name: string; component: ComponentState }) {
  const { status, error, pool, ...rest } = component as ComponentState & { pool?: Record<string, unknown> };
  const figures = [...Object.entries(pool ?? {}), ...Object.entries(rest)].filter(([, value]) => value !== null && typeof value !== 'object');
  return (
    <Card size="small" title={<h2 className="card-title">{componentTitle(name)}</h2>} extra={<State state={status} />}>
      {error && <Alert type={status === 'unhealthy' ? 'error' : 'warning'} message={error} style={{ marginBottom: 8 }} />}
      <dl className="figures-list">
        {figures.map(([label, value]) => (
          <div key={label} className={label === 'last_error' || label === 'path' ? 'long' : undefined}>
            <dt>{figureTitle(label)}</dt>
            <dd className="figures">{figureText(label, value)}</dd>
          </div>
        ))}
      </dl>
    </Card>
  );
}

type Node = Health['nodes'][number];

function Nodes({ nodes }: { nodes: Node[] }) {
  const phone = usePhone();
  const name = (node: Node) => <>{node.node}{node.this && <span className="quiet"> · {tr('отвечает вам', 'answers you')}</span>}</>;
  const state = (node: Node) => (
    <State state={node.lease_expired ? 'unhealthy' : node.connected ? 'healthy' : 'degraded'} title={node.lease_expired ? tr('пропал, задачи переходят другим', 'lost, others take its tasks') : node.connected ? undefined : tr('не на связи', 'not connected')} />
  );
  const running = (node: Node) => <span className="figures">{formatCount(node.running)}</span>;
  return (
    <section style={{ marginTop: 24 }}>
      <h2 className="subtitle">{tr('Узлы', 'Nodes')}</h2>
      <Table<Node>
        rowKey="node"
        size="small"
        dataSource={nodes}
        pagination={false}
        {...fit(phone, 480)}
        locale={{ emptyText: tr('База данных не отвечает: узлы неизвестны', 'The database does not answer: the nodes are not known') }}
        columns={phone ? [
          { key: 'node', title: tr('Узел', 'Node'), render: (_, node) => (
            <>
              <Flex justify="space-between" align="start" gap="0 8px" wrap><span style={{ overflowWrap: 'anywhere' }}>{name(node)}</span>{state(node)}</Flex>
              <div className="under quiet">{tr('выполняет задач', 'runs tasks')}: {running(node)}</div>
            </>
          ) },
        ] : [
          { key: 'node', title: tr('Узел', 'Node'), render: (_, node) => name(node) },
          { key: 'state', title: tr('Состояние', 'State'), width: 200, render: (_, node) => state(node) },
          { key: 'running', title: tr('Выполняет задач', 'Tasks it runs'), width: 150, align: 'right', render: (_, node) => running(node) },
        ]}
      />
    </section>
  );
}

const State = ({ state, title }: { state: string; title?: string }) => (
  <Tag style={{ margin: 0 }} color={state === 'healthy' ? 'success' : state === 'degraded' ? 'warning' : 'error'}>
    {title ?? { healthy: tr('в порядке', 'healthy'), degraded: tr('с трудностями', 'degraded'), unhealthy: tr('не работает', 'unhealthy') }[state] ?? state}
  </Tag>
);
