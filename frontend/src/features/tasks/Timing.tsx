import { tr } from '../../app/preferences';
import type { Task } from '../../api/types';
import { formatDuration } from '../../ui/format';
import { phaseTitle } from './status';

const took = (ms: number) => (ms < 1000 ? tr(`${ms} мс`, `${ms} ms`) : formatDuration(ms / 1000));

/** Where a task's time went: by phase, in the order of its type, and what it waited for. */
export function Timing({ timing, phases }: { timing: NonNullable<Task['timing']>; phases: string[] }) {
  const place = (phase: string) => (phases.includes(phase) ? phases.indexOf(phase) : phases.length);
  const { source, database, pause } = timing.waiting_ms;
  const waits: [string, number][] = [[tr('ответа источника', 'for the source'), source], [tr('базы данных', 'for the database'), database], [tr('пауз', 'in pauses'), pause]];
  return (
    <dl className="timing figures">
      {Object.entries(timing.phases_ms).filter(([, ms]) => ms > 0).sort(([a], [b]) => place(a) - place(b)).map(([phase, ms]) => <div key={phase}><dt>{phaseTitle(phase)}</dt><dd>{took(ms)}</dd></div>)}
      {waits.filter(([, ms]) => ms > 0).map(([title, ms]) => <div key={title}><dt className="quiet">{tr('ждала', 'waited')} {title}</dt><dd>{took(ms)}</dd></div>)}
    </dl>
  );
}
