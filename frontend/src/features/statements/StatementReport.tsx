import { Collapse, Flex, Tag } from 'antd';
import { Link } from 'react-router-dom';
import type { Task } from '../../api/types';
import { tr } from '../../app/preferences';
import { formatCount, formatDate } from '../../ui/format';
import { adviceOf, balanceVerdict, isWrong, reportOf, turnoverVerdict, type Balance, type FileReport, type Verdict } from './report';

/** What came of an upload of statements, file by file, and what to do next. */
export function StatementReport({ task }: { task: Task }) {
  const files = reportOf(task);
  if (!files) return null;
  const dry = (task.metadata as { dry_run?: boolean }).dry_run === true;
  const { relinked = 0 } = task.result as { relinked?: number };
  const open = files.flatMap((file, i) => (files.length <= 3 || isWrong(file) ? [String(i)] : [])).slice(0, 5);
  return (
    <section>
      <h2 style={{ fontSize: 16, margin: '0 0 8px' }}>{dry ? tr('Что в файлах', 'What the files hold') : tr('Отчёт о загрузке', 'Report')}</h2>
      <Collapse
        size="small"
        defaultActiveKey={open}
        items={files.map((file, i) => ({
          key: String(i),
          label: <span style={{ overflowWrap: 'anywhere' }}>{file.name}</span>,
          extra: <Tag color={file.error !== undefined ? 'error' : isWrong(file) ? 'warning' : 'success'} style={{ margin: 0, ...(file.error !== undefined && { color: 'var(--bad)' }) }}>{file.error !== undefined ? tr('не прочитан', 'not read') : isWrong(file) ? tr('есть вопросы', 'questions') : tr('прочитан', 'read')}</Tag>,
          children: <OneFile file={file} dry={dry} />,
        }))}
      />
      {relinked > 0 && (
        <div className="quiet" style={{ marginTop: 8 }}>
          {dry
            ? tr(`Строк прежних выписок, у которых пара в 1С стала бы другой или исчезла бы: ${formatCount(relinked)}`, `Rows of earlier statements whose counterpart in 1C would become another one, or none: ${formatCount(relinked)}`)
            : tr(`Строк прежних выписок, у которых пара в 1С стала другой или исчезла: ${formatCount(relinked)}`, `Rows of earlier statements whose counterpart in 1C became another one, or none: ${formatCount(relinked)}`)}
        </div>
      )}
      <h3 style={{ fontSize: 14, margin: '12px 0 4px' }}>{tr('Что дальше', 'What next')}</h3>
      <ul style={{ margin: 0, paddingLeft: 20 }}>
        {adviceOf(files, dry).map(({ words, to }) => <li key={words}>{to ? <Link className="linklike" to={to}>{words}</Link> : words}</li>)}
      </ul>
    </section>
  );
}

function OneFile({ file, dry }: { file: FileReport; dry: boolean }) {
  const { rows } = file;
  const counters: [string, number, boolean?][] = rows
    ? [
        [dry ? tr('появится', 'would be new') : tr('создано', 'created'), rows.new],
        [tr('уже было', 'known'), rows.known],
        [tr('есть в 1С', 'in 1C'), rows.linked],
        [tr('неясно', 'unclear'), rows.unclear, rows.unclear > 0],
        [tr('пропущено', 'skipped'), rows.skipped],
        [tr('отклонено', 'refused'), rows.refused, rows.refused > 0],
      ]
    : [];
  return (
    <Flex vertical gap={10}>
      {file.error !== undefined && <div className="bad">{file.error}</div>}
      {rows && (
        <>
          <div>
            {file.bank || file.sender || tr('Банк не назван', 'The bank is not named')}
            <span className="quiet"> · {file.date_from ? `${formatDate(file.date_from)} — ${formatDate(file.date_to)}` : tr('период не указан', 'no period given')} · {file.encoding}</span>
          </div>
          <dl className="counters">
            {counters.map(([title, count, loud]) => (
              <div key={title} className={loud ? 'loud' : undefined}>
                <dt>{title}</dt>
                <dd>{formatCount(count)}</dd>
              </div>
            ))}
          </dl>
          {file.balances?.map((balance) => <Account key={balance.account_number} balance={balance} />)}
          {file.balances?.length === 0 && <div className="quiet">{tr('Ни одного счёта в файле нет', 'The file names no account')}</div>}
        </>
      )}
      {file.warnings.length > 0 && (
        <div>
          <div className="quiet">{tr('Замечено при чтении:', 'Noticed while reading:')}</div>
          <ul style={{ margin: 0, paddingLeft: 20 }}>
            {file.warnings.map(({ code, message, count, line, sample }) => (
              <li key={code} style={{ overflowWrap: 'anywhere' }}>
                {message}
                {line !== undefined && <span className="quiet">, {tr('строка', 'line')} {formatCount(line)}</span>}
                {sample && <span className="quiet">: «{sample}»</span>}
                {count > 1 && <span className="quiet"> ({tr('всего', 'in all')} {formatCount(count)})</span>}
              </li>
            ))}
          </ul>
        </div>
      )}
    </Flex>
  );
}

const Account = ({ balance }: { balance: Balance }) => (
  <div>
    <div><span className="figures">{balance.account_number}</span>{balance.date_from && <span className="quiet"> · {formatDate(balance.date_from)} — {formatDate(balance.date_to)}</span>}</div>
    <Words verdict={balanceVerdict(balance)} />
    <Words verdict={turnoverVerdict(balance)} />
  </div>
);

const Words = ({ verdict: { good, words } }: { verdict: Verdict }) => (
  <div className={good === false ? 'bad' : good === null ? 'quiet' : undefined}>{good === true ? '✓ ' : good === false ? '✗ ' : ''}{words}</div>
);
