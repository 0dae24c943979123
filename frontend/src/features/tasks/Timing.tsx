import { tr } from '../../app/preferences';
import type { Task } from '../../api/types';
import { formatDuration } from '../../ui/format';
import { phaseTitle } from './status';

const took = (ms: number) => (ms < 1000 ? tr(`${ms} мс`, `${ms} ms`) : formatDuration(ms / 1000));

/** Where a task's time went: by phase, and what it waited for. */
export function Timing({ timing }: { timing: NonNullable<Task['timing']> }) {
  const { source, database, pause } = timing.waiting_ms;
  const waits: [string, number][] = [[tr('ответа источника', 'for the source'), source], [tr('базы данных', 'for the database'), database], [tr('пауз', 'in pauses'), pause]];
  return (
    <dl className="timing figures">
      {Object.entries(timing.phases_ms).filter(([, ms]) => ms > 0).map(([phase, ms]) => <div key={phase}><dt>{phaseTitle(phase)}</dt><dd>{took(ms)}</dd></div>)}
      {waits.filter(([, ms]) => ms > 0).map(([title, ms]) => <div key={title}><dt className="quiet">{tr('ждала', 'waited')} {title}</dt><dd>{took(ms)}</dd></div>)}
    </dl>
  );
}
