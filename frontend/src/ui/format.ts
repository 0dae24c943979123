import { locale, tr } from '../app/preferences';

export const formatCount = (n: number) => new Intl.NumberFormat(locale()).format(n);

/** A moment of the server (UTC) in the reader's own time zone. */
export const formatTime = (iso: string | null | undefined) =>
  iso ? new Date(iso).toLocaleString(locale(), { day: '2-digit', month: '2-digit', year: 'numeric', hour: '2-digit', minute: '2-digit', second: '2-digit' }) : '—';

/** A wall-clock date of 1C: "2025-03-14T10:22:00" → "14.03.2025"; no time zone is applied. */
export const formatDate = (local: string | null | undefined) => (local ? local.slice(0, 10).split('-').reverse().join('.') : '—');

/** "1234567.50" → "1 234 567,50", without passing through binary floating point. */
export function formatAmount(amount: string): string {
  const [rubles = '0', kopecks = '00'] = amount.replace('-', '').split('.');
  return (amount.startsWith('-') ? '−' : '') + rubles.replace(/\B(?=(\d{3})+$)/g, '\u00a0') + ',' + kopecks;
}

/** An operation as 1C calls it, in words: "ВзносНаличнымиВБанк" → "Взнос наличными в банк"; abbreviations stay whole. */
export const operationWords = (name: string) =>
  (name.match(/[А-ЯЁA-Z]+(?=[А-ЯЁA-Z][а-яёa-z])|[А-ЯЁA-Z]?[^А-ЯЁA-Z]+|[А-ЯЁA-Z]+/g) ?? []).map((word, i) => (i > 0 && !/^[А-ЯЁA-Z]{2,}$/.test(word) ? word.toLowerCase() : word)).join(' ').replace(/ +/g, ' ');

export function formatDuration(seconds: number): string {
  const s = Math.round(seconds);
  if (s < 60) return tr(`${s} с`, `${s} s`);
  if (s < 3600) return tr(`${Math.floor(s / 60)} мин ${s % 60} с`, `${Math.floor(s / 60)} min ${s % 60} s`);
  return tr(`${Math.floor(s / 3600)} ч ${Math.floor((s % 3600) / 60)} мин`, `${Math.floor(s / 3600)} h ${Math.floor((s % 3600) / 60)} min`);
}
