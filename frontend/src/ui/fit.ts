/**
 * How a table of Ant Design fits its place: on a phone, where its row is one cell, into whatever there is; else it scrolls by itself below
 * the width at which all its columns can be read. height: of its rows, where they scroll.
 */
export const fit = (phone: boolean, width: number, height?: number) => (phone ? { tableLayout: 'fixed' as const, scroll: { y: height } } : { scroll: { x: width, y: height } });
