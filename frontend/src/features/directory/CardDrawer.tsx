import { Alert, Descriptions, Drawer } from 'antd';
import { Link } from 'react-router-dom';
import { tr } from '../../app/preferences';
import type { Card } from '../../api/types';

/** All that is known of one card, and where it came from. */
export function CardDrawer({ card, transactions, onClose }: { card: Card; transactions: string | null; onClose: () => void }) {
  const fields: [string, React.ReactNode][] = [
    [tr('Полное название', 'Full name'), card.full_name],
    [tr('ИНН', 'INN'), card.inn],
    [tr('КПП', 'KPP'), card.kpp],
    [tr('Источник', 'Source'), tr('1С', '1C')],
    [tr('Ключ', 'Key'), <code key="k" style={{ overflowWrap: 'anywhere' }}>{card.external_id}</code>],
  ];
  return (
    <Drawer open title={card.name} width={480} onClose={onClose} styles={{ wrapper: { maxWidth: '100vw' } }}>
      {!card.is_active && <Alert type="warning" showIcon style={{ marginBottom: 12 }} message={tr('В 1С помечен на удаление или исчез.', 'Marked for deletion in 1C, or gone.')} />}
      {card.warnings.length > 0 && <Alert type="warning" showIcon style={{ marginBottom: 12 }} message={<ul className="plain-list">{card.warnings.map((warning) => <li key={warning}>{warning}</li>)}</ul>} />}
      <Descriptions size="small" column={1} colon={false} styles={{ label: { width: 150, flex: 'none' } }} items={fields.filter(([, value]) => value).map(([label, children]) => ({ key: label, label, children }))} />
      {transactions && <p><Link to={transactions} className="link">{tr('Показать операции', 'Show transactions')}</Link></p>}
    </Drawer>
  );
}
