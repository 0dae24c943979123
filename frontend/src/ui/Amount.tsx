import { formatAmount } from './format';

/** A sum with the sign of its direction: what came in is green and has a plus, so that colour is not the only sign. */
export const Amount = ({ amount, type }: { amount: string; type: 'CREDIT' | 'DEBIT' }) => (
  <span className={type === 'CREDIT' ? 'figures in' : 'figures'}>{type === 'DEBIT' ? '−' : '+'}{formatAmount(amount)}</span>
);
