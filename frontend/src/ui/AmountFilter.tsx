import { Input, Tooltip } from 'antd';
import { useEffect, useRef, useState } from 'react';
import { tr } from '../app/preferences';
import { formatAmount } from './format';

/** "1 000,5" → "1000.50", as the API writes it; '' of nothing, null of what is no amount. */
export function amountOf(text: string): string | null {
  const plain = text.replace(/\s/g, '').replace(',', '.');
  if (plain === '') return '';
  if (!/^\d{1,15}(\.\d{0,2})?$/.test(plain)) return null;
  const [rubles = '', kopecks = ''] = plain.split('.');
  return `${rubles.replace(/^0+(?=\d)/, '')}.${kopecks.padEnd(2, '0')}`;
}

/** As a person reads it; what the address holds and is no amount stays as it is. */
const shown = (value: string) => {
  const amount = amountOf(value);
  return amount ? formatAmount(amount) : value;
};

/** An amount to filter by, taken when Enter is pressed or the field is left. */
export function AmountFilter({ title, value, onChange }: { title: string; value: string; onChange: (amount: string) => void }) {
  const [text, setText] = useState(() => shown(value));
  const [wrong, setWrong] = useState(false);
  const show = (amount: string) => {
    setText(shown(amount));
    setWrong(amountOf(amount) === null);
  };
  const said = useRef(value);
  useEffect(() => {
    if (value === said.current) return; // it was said here, and more may have been typed since
    said.current = value;
    show(value); // the address changed: back, a link
  }, [value]);
  const take = () => {
    const amount = amountOf(text);
    if (amount === null) return setWrong(true);
    show(amount);
    if (amount === amountOf(said.current)) return;
    said.current = amount;
    onChange(amount);
  };
  return (
    <Tooltip open={wrong} title={tr('Нужна сумма, например 1234,50', 'An amount is needed, for example 1234.50')}>
      <Input aria-label={title} placeholder={title} inputMode="decimal" maxLength={30} style={{ width: 120 }} status={wrong ? 'error' : undefined} aria-invalid={wrong} value={text}
        onChange={(e) => { setText(e.target.value); setWrong(false); }} onBlur={take} onPressEnter={take} />
    </Tooltip>
  );
}
