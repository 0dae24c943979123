import { App, Button, Dropdown } from 'antd';
import { tr } from '../../app/preferences';
import { keys } from '../../realtime/keys';
import { formatCount } from '../../ui/format';
import { useAction } from '../../ui/useAction';
import { tasksApi } from './api';

/** Old tasks are cleared away; what they have imported stays. */
export function CleanUp() {
  const { modal, message } = App.useApp();
  const { busy, run } = useAction(keys.tasks);
  const ages: [hours: number, title: string][] = [
    [30 * 24, tr('Закончились больше месяца назад', 'Ended more than a month ago')],
    [7 * 24, tr('Закончились больше недели назад', 'Ended more than a week ago')],
    [24, tr('Закончились больше суток назад', 'Ended more than a day ago')],
    [0, tr('Все законченные', 'All that have ended')],
  ];
  const ask = (hours: number) =>
    void modal.confirm({
      title: tr('Убрать законченные задачи?', 'Clear ended tasks away?'),
      content: tr('Загруженные данные останутся; пропадут журналы задач и списки отклонённых записей.', 'What was imported stays; logs and lists of refused records go.'),
      okText: tr('Убрать', 'Clear'), okButtonProps: { danger: true }, cancelText: tr('Нет', 'No'),
      onOk: () => run('cleanup', async () => {
        const { removed_count } = await tasksApi.cleanUp(hours);
        void message.success(tr(`Убрано: ${formatCount(removed_count)}`, `Cleared: ${formatCount(removed_count)}`));
      }),
    });
  return (
    <Dropdown trigger={['click']} menu={{ items: ages.map(([hours, label]) => ({ key: String(hours), label, onClick: () => ask(hours) })) }}>
      <Button aria-haspopup="menu" loading={busy !== null}>{tr('Убрать старые', 'Clear old ones')} ▾</Button>
    </Dropdown>
  );
}
