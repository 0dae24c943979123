import { useQuery } from '@tanstack/react-query';
import { AutoComplete, Button, Checkbox, Form, Input, Switch, Upload, type UploadFile } from 'antd';
import { useId, useState } from 'react';
import { tr } from '../../app/preferences';
import { keys } from '../../realtime/keys';
import { Failure } from '../../ui/Failure';
import { errorAt } from '../../ui/FormFailure';
import { syncApi } from './api';
import { usePane, type Pane } from './usePane';

/** Statements of the last year name the accounts that are offered; the server compares at most 400 days. */
const LOOKED_BACK = 399;
const MOST = 64 * 1024 * 1024;

/** Bank statement files, dropped or chosen. */
export function StatementPane(pane: Pane) {
  const { error, busy, start } = usePane(pane);
  const [files, setFiles] = useState<UploadFile[]>([]);
  const [classify, setClassify] = useState(true);
  const [dry, setDry] = useState(false);
  const [account, setAccount] = useState('');
  const [asked, ask] = useState(false);
  const id = useId();
  const known = useQuery({ queryKey: keys.of('reconciliation', 'accounts'), queryFn: () => syncApi.accounts(LOOKED_BACK), enabled: asked, staleTime: 60_000 });
  const plain = account.replace(/\s/g, '');
  const accounts = (known.data?.accounts ?? []).map(({ account_number }) => account_number).filter((number) => number.includes(plain));
  const chosen = files.flatMap((file) => (file.originFileObj ? [file.originFileObj as File] : []));
  const size = chosen.reduce((sum, file) => sum + file.size, 0);
  const wrongFiles = size > MOST ? tr('Вместе больше 64 МиБ: загрузите частями', 'More than 64 MiB together: upload them in parts') : errorAt(error, 'file');
  const wrongAccount = errorAt(error, 'account_number');
  return (
    <Form layout="vertical" onFinish={() => void start(() => syncApi.statements(chosen, plain, classify, dry))}>
      <p>{tr('Файлы обмена «1CClientBankExchange» из клиент-банка, один или несколько, или ZIP с ними. Тот же файл второй раз ничего не изменит.', '1CClientBankExchange files from the bank, one or several, or a ZIP of them. The same file twice changes nothing.')}</p>
      <Form.Item validateStatus={wrongFiles ? 'error' : undefined} help={wrongFiles}>
        <Upload.Dragger multiple accept=".txt,.zip" fileList={files} beforeUpload={() => false} onChange={({ fileList }) => setFiles(fileList)}>
          <p style={{ margin: '8px 0' }}>{tr('Перетащите файлы сюда или нажмите, чтобы выбрать', 'Drop files here, or press to choose')}</p>
        </Upload.Dragger>
      </Form.Item>
      <Form.Item label={tr('Свой счёт', 'Our account')} htmlFor={`${id}account`} validateStatus={wrongAccount ? 'error' : undefined} help={wrongAccount} extra={tr('Нужен, только если файл его не называет: тогда неясно, где приход, а где расход, а часть выписки без начала не прочитать. Иначе оставьте пустым.', 'Only where the file does not name it: then receipts cannot be told from payments, and a part of a statement without its beginning cannot be read. Else leave it empty.')}>
        <AutoComplete id={`${id}account`} allowClear value={account} onChange={(text: string | undefined) => setAccount(text ?? '')} onFocus={() => ask(true)} options={accounts.map((value) => ({ value }))} style={{ width: '100%', maxWidth: 320 }}>
          <Input inputMode="numeric" autoComplete="off" name="account_number" placeholder="40702810…" />
        </AutoComplete>
      </Form.Item>
      <Form.Item label={tr('Определять категории', 'Find categories')} htmlFor={id}>
        <Switch id={id} checked={classify} onChange={setClassify} />
      </Form.Item>
      <Form.Item extra={tr('Ничего не запишет: покажет, что появится, что уже есть из 1С и что неясно.', 'Writes nothing: shows what would be new, what 1C has already and what is unclear.')}>
        <Checkbox checked={dry} onChange={(e) => setDry(e.target.checked)}>{tr('Пробный запуск', 'Dry run')}</Checkbox>
      </Form.Item>
      <Failure error={error} placed={['file', 'account_number']} />
      <Button type="primary" htmlType="submit" loading={busy} disabled={chosen.length === 0 || size > MOST}>{dry ? tr('Проверить', 'Look') : tr('Загрузить', 'Import')}</Button>
    </Form>
  );
}
