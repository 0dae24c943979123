import { tr } from '../../app/preferences';
import type { Task } from '../../api/types';
import { formatCount, formatDate } from '../../ui/format';
import { entityTitle, readOf, whyFull, whyTitle, type DaysRead, type Read } from './read';

/** What an import from 1C read, and why just that; what it could not compare. */
export function HowRead({ task }: { task: Task }) {
  const read = readOf(task);
  if (!read) return null;
  return (
    <section>
      <h2 style={{ fontSize: 16, margin: '0 0 8px' }}>{tr('Что прочитано', 'What was read')}</h2>
      {read.mode === 'full' && <div>{tr('Период прочитан целиком', 'The whole period was read')}: {whyFull(read.why_full)}.</div>}
      {read.incremental && <Days {...read.incremental} />}
      {read.not_reconciled.length > 0 && <NotCompared read={read} />}
      <Sets read={read} />
    </section>
  );
}

function Days({ days_same, documents_same, days_read, why, days, days_unlisted }: NonNullable<Read['incremental']>) {
  const entities = [...new Set(days.map(({ entity }) => entity))];
  return (
    <>
      <div>
        {days_read === 0
          ? tr('Ни один день периода в 1С не изменился с прошлой загрузки.', 'No day of the period has changed in 1C since it was imported.')
          : tr('Прочитаны только дни, которые отличаются от прошлой загрузки', 'Only days that differ from the last import were read') + `: ${formatCount(days_read)}.`}
        {days_same > 0 && ` ${tr('Не изменились дни', 'Days that have not changed')}: ${formatCount(days_same)} (${tr('документов в них', 'documents')}: ${formatCount(documents_same)}).`}
        <span className="quiet"> {tr('День считается для каждого вида документов отдельно.', 'A day counts once for each kind of document.')}</span>
      </div>
      {days_read > 0 && (
        <>
          <ul style={{ margin: '8px 0', paddingLeft: 20 }}>
            {Object.entries(why).filter(([, count]) => count > 0).map(([reason, count]) => <li key={reason}>{whyTitle(reason)}: <span className="figures">{formatCount(count)}</span></li>)}
          </ul>
          {entities.map((entity) => <DaysOf key={entity} entity={entity} runs={days.filter((run) => run.entity === entity)} />)}
          {days_unlisted > 0 && <div className="quiet">{tr('Показаны не все дни; не поместились', 'Not all days are shown; left out')}: {formatCount(days_unlisted)}.</div>}
        </>
      )}
    </>
  );
}

const DaysOf = ({ entity, runs }: { entity: string; runs: DaysRead[] }) => (
  <details>
    <summary>{entityTitle(entity)}: {formatCount(runs.reduce((sum, { days }) => sum + days, 0))} {tr('дн.', 'days')}</summary>
    <ul style={{ margin: '4px 0 8px', paddingLeft: 20, maxHeight: 320, overflowY: 'auto' }} tabIndex={0} aria-label={entityTitle(entity)}>
      {runs.map(({ day, to, days, why }) => (
        <li key={day}>
          <span className="figures">{formatDate(day)}{to !== day && ` – ${formatDate(to)}`}</span>
          {to !== day && ` (${formatCount(days)} ${tr('дн.', 'days')})`}: {whyTitle(why)}
        </li>
      ))}
    </ul>
  </details>
);

const NotCompared = ({ read }: { read: Read }) => (
  <div style={{ margin: '8px 0' }}>
    <strong className="bad">{tr('Сверка неполная.', 'Not everything could be compared.')}</strong>{' '}
    {tr('1С отдала документы или карточки без ключа, поэтому то, чего в ней не нашлось, исчезнувшим не считается и осталось как было. Исправьте эти записи в 1С и загрузите их ещё раз.', '1C sent records without a key, so what was not found there is not called gone and stays as it was. Mend these records in 1C and import again.')}
    <ul style={{ margin: '4px 0 0', paddingLeft: 20 }}>
      {read.not_reconciled.map(({ entity, rows }) => <li key={entity}>{entityTitle(entity)}: {tr('осталось под вопросом', 'in question')} <span className="figures">{formatCount(rows)}</span></li>)}
    </ul>
  </div>
);

const Sets = ({ read: { sets, mode } }: { read: Read }) => (
  <ul style={{ margin: '8px 0 0', paddingLeft: 20 }}>
    {sets.map(({ part, entity, counted, fetched, complete, without_key, left_out, published }) => (
      <li key={entity}>
        {entityTitle(entity)}:{' '}
        {left_out || published === false
          ? <span className="bad">{left_out === 'no_right' ? tr('пропущено: у пользователя 1С нет права их читать', 'left out: the 1C user may not read them') : tr('пропущено: не входят в состав OData', 'left out: not published through OData')}</span>
          : <span className="figures">{tr('в 1С', 'in 1C')} {formatCount(counted)}, {mode === 'incremental' && part === 'transactions' ? tr('прочитано заново', 'read again') : tr('прочитано', 'read')} {formatCount(fetched)}</span>}
        {!left_out && published !== false && !complete && `, ${tr('не до конца', 'not to the end')}`}
        {without_key !== undefined && `, ${tr('без ключа', 'without a key')} ${formatCount(without_key)}`}
      </li>
    ))}
  </ul>
);
