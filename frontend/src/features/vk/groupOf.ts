/** What people paste → what the API takes: a number or a short name; null when it is neither. */
export function groupOf(text: string): number | string | null {
  const name = text.trim().replace(/^(https?:\/\/)?(m\.)?vk\.(com|ru)\//i, '').replace(/[/?#].*$/, '');
  const numbered = /^(?:club|public|event)?(\d{1,15})$/i.exec(name);
  if (numbered) return Number(numbered[1]) || null;
  return /^[a-z][a-z0-9_.]{1,63}$/i.test(name) ? name : null;
}
