import { Button, DatePicker, Flex, Space } from 'antd';
import dayjs, { type Dayjs } from 'dayjs';
import { tr } from '../app/preferences';

export type Days = { from: string; to: string };
const iso = (day: Dayjs) => day.format('YYYY-MM-DD');
const quarter = (day: Dayjs) => day.startOf('month').subtract(day.month() % 3, 'month');

export const presets = (now = dayjs()): { label: string; days: Days }[] => [
  { label: tr('Этот месяц', 'This month'), days: { from: iso(now.startOf('month')), to: iso(now) } },
  { label: tr('Прошлый месяц', 'Last month'), days: { from: iso(now.subtract(1, 'month').startOf('month')), to: iso(now.subtract(1, 'month').endOf('month')) } },
  { label: tr('Квартал', 'Quarter'), days: { from: iso(quarter(now)), to: iso(now) } },
  { label: tr('Год', 'Year'), days: { from: iso(now.subtract(1, 'year')), to: iso(now) } },
];

/** Two days, both included, "" when open. Two fields, not one of two months: it has to fit a phone. */
export function Period({ value, onChange, required, withPresets }: { value: Days; onChange: (days: Days) => void; required?: boolean; withPresets?: boolean }) {
  const field = (which: keyof Days, label: string) => (
    <DatePicker
      aria-label={label}
      placeholder={label}
      value={value[which] && dayjs(value[which]).isValid() ? dayjs(value[which]) : null}
      format={['DD.MM.YYYY', 'DDMMYYYY', 'YYYY-MM-DD']}
      allowClear={!required}
      style={{ width: 132 }}
      onChange={(day) => onChange({ ...value, [which]: day ? iso(day) : '' })}
    />
  );
  return (
    <Flex wrap gap={8} align="center">
      <Space.Compact>
        {field('from', tr('С', 'From'))}
        {field('to', tr('По', 'To'))}
      </Space.Compact>
      {withPresets && (
        <Flex gap={6} wrap>
          {presets().map(({ label, days }) => {
            const chosen = days.from === value.from && days.to === value.to;
            return <Button key={label} size="small" aria-pressed={chosen} type={chosen ? 'primary' : 'default'} onClick={() => onChange(days)}>{label}</Button>;
          })}
        </Flex>
      )}
    </Flex>
  );
}
