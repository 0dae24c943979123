export type Piece = { text: string; keyword: string | null };
type Match = { keyword: string; start: number; length: number };

/** A comment cut at its matches. Positions count characters (code points), as the server does; matches that overlap an earlier one are left out. */
export function highlight(text: string, matches: readonly Match[]): Piece[] {
  const letters = Array.from(text);
  const pieces: Piece[] = [];
  let at = 0;
  for (const { keyword, start, length } of [...matches].sort((a, b) => a.start - b.start)) {
    if (start < at || start + length > letters.length || length <= 0) continue;
    if (start > at) pieces.push({ text: letters.slice(at, start).join(''), keyword: null });
    pieces.push({ text: letters.slice(start, start + length).join(''), keyword });
    at = start + length;
  }
  if (at < letters.length) pieces.push({ text: letters.slice(at).join(''), keyword: null });
  return pieces;
}
