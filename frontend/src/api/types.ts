/** Shapes of the API (SPEC §2). Amounts are decimal strings, times ISO 8601. */
export type Role = 'ADMIN' | 'MANAGER' | 'USER';
export type User = { id: number; username: string; role: Role };
export type TaskStatus = 'pending' | 'running' | 'completed' | 'failed' | 'cancelled';

export type TaskStats = {
  fetched: number;
  created: number;
  updated: number;
  unchanged: number;
  skipped: number;
  failed: number;
  deactivated: number;
};

export type Task = {
  task_id: string;
  task_type: string;
  name: string;
  status: TaskStatus;
  progress: number;
  total: number;
  processed: number;
  message: string | null;
  error: string | null;
  error_code: string | null;
  created_at: string;
  started_at: string | null;
  completed_at: string | null;
  phase: string | null;
  wait_reason: string | null;
  stats: TaskStats;
  rate: number | null;
  eta_seconds: number | null;
  cancel_requested: boolean;
  seq: number;
};

export type Transaction = {
  id: number;
  transaction_date: string;
  amount: string;
  currency: string;
  transaction_type: 'CREDIT' | 'DEBIT';
  payment_source: 'BANK' | 'CASH';
  document_number: string | null;
  payment_purpose: string | null;
  counterparty_name: string | null;
  counterparty_inn: string | null;
  organization_name: string | null;
};

export type TransactionList = {
  transactions: Transaction[];
  total: number;
  totals: { credit: string; debit: string; balance: string };
};

export type Problem = {
  status: number;
  code: string;
  title: string;
  detail: string;
  request_id: string;
  errors?: { field: string; message: string }[];
};
