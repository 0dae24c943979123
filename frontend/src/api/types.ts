/** Shapes of the API. Amounts are decimal strings, times ISO 8601. */
export type Role = 'ADMIN' | 'MANAGER' | 'USER';
export type User = { id: number; username: string; role: Role };
export type Account = User & { is_active: boolean; created_at: string; updated_at: string };
export type TaskStatus = 'pending' | 'running' | 'completed' | 'failed' | 'cancelled';
export type Json = string | number | boolean | null | Json[] | { [key: string]: Json };

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
  result: Json;
  error: string | null;
  error_code: string | null;
  created_at: string;
  started_at: string | null;
  completed_at: string | null;
  metadata: Record<string, Json>;
  priority: string;
  retry_count: number;
  max_retries: number;
  timeout: number;
  run_at: string | null;
  cancel_requested: boolean;
  user_id: number;
  node: string | null;
  attempt: number;
  phase: string | null;
  wait_reason: string | null;
  stats: TaskStats;
  rate: number | null;
  eta_seconds: number | null;
  seq: number;
};

export type TaskList = { tasks: Task[]; total: number };
export type TaskEvent = { at: string; event: string; phase: string | null; node: string | null; user_id: number | null; message: string | null };
export type RefusedRecord = { ordinal: number; external_id: string | null; stage: string; code: string; message: string; record: Json };
export type TaskType = { name: string; title: string; user: boolean; params_schema: { properties?: Record<string, Json>; required?: string[] }; phases: string[] };
export type TaskCounts = Record<TaskStatus, number> & { queue_size: number; active_workers: number; max_workers: number };

export type Transaction = {
  id: number;
  source: string;
  external_id: string;
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
  status: string;
  category_name: string | null;
  created_task_id: string | null;
  changed_task_id: string | null;
  is_active: boolean;
  [field: string]: Json;
};

export type TransactionList = {
  transactions: Transaction[];
  total: number;
  totals: { credit: string; debit: string; balance: string };
};

export type Card = { id: number; external_id: string; name: string; full_name: string | null; inn: string | null; kpp: string | null; is_active: boolean; warnings: string[] | null };

export type ComponentState = { status: 'healthy' | 'degraded' | 'unhealthy'; [figure: string]: Json };
export type Health = { status: string; version: string; uptime_seconds: number; node: string; draining: boolean; components: Record<string, ComponentState> };

export type Problem = {
  status: number;
  code: string;
  title: string;
  detail: string;
  request_id: string;
  errors?: { field: string; message: string }[];
};
