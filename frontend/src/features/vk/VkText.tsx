import { Tag } from 'antd';
import type { VkComment } from '../../api/schema';
import { tr } from '../../app/preferences';
import { highlight } from './highlight';
import './vk.css';

/** The text of a post or a comment, with what was found in it marked. */
export function VkText({ text, matches, deleted }: { text: string; matches: VkComment['matches']; deleted: string | false }) {
  return (
    <div className="vk-text">
      {text
        ? highlight(text, matches).map((piece, i) => (piece.keyword ? <mark key={i} title={piece.keyword}>{piece.text}</mark> : <span key={i}>{piece.text}</span>))
        : <span className="quiet">{tr('без текста', 'no text')}</span>}
      {deleted && <Tag style={{ marginLeft: 8 }}>{deleted}</Tag>}
    </div>
  );
}

/** Leads to VK. */
export function VkLink({ url }: { url: string }) {
  return <a className="linklike" href={url} target="_blank" rel="noreferrer">{tr('Открыть в VK', 'Open in VK')}</a>;
}
