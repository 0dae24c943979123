// graphile-worker on the database that DATABASE_URL names: `graphile.mjs drain N` or `graphile.mjs latency N`, with "batched"
// behind it for its documented best settings (local queue, completions in batches), else its defaults. Prints one line of JSON.
import { makeWorkerUtils, run, Logger } from "graphile-worker";
import pg from "pg";

const [what, count, batched] = [process.argv[2], Number(process.argv[3]), process.argv[4] === "batched"];
const WORKERS = 10;
const preset = {
  worker: {
    connectionString: process.env.DATABASE_URL,
    concurrentJobs: WORKERS,
    maxPoolSize: WORKERS + 1,
    ...(batched ? { localQueue: { size: 500 }, completeJobBatchDelay: 0, failJobBatchDelay: 0 } : {}),
  },
};
const quiet = new Logger(() => () => {});
const pool = new pg.Pool({ connectionString: process.env.DATABASE_URL, max: 2 });
pool.on("error", (error) => { throw error; });

async function start(taskList) {
  return run({ preset: { worker: { ...preset.worker, logger: quiet } }, taskList, noHandleSignals: true });
}

async function drained() {
  for (;;) {
    const { rows } = await pool.query("SELECT EXISTS (SELECT FROM graphile_worker._private_jobs) AS left");
    if (!rows[0].left) return;
    await new Promise((resolve) => setTimeout(resolve, 2));
  }
}

// From the first job's start until no job is left in the table.
async function drain() {
  await pool.query("SELECT graphile_worker.add_jobs(array_agg(('echo', '{}', NULL, NULL, NULL, NULL, NULL, NULL)::graphile_worker.job_spec)) " +
    "FROM generate_series(1, $1::int)", [count]);
  await pool.query("VACUUM ANALYZE");
  await pool.query("CHECKPOINT");
  let first = 0n, done = 0, last;
  const all = new Promise((resolve) => { last = resolve; });
  const runner = await start({
    echo: () => {
      first ||= process.hrtime.bigint();
      if (++done === count) last();
    },
  });
  await all;
  await drained();
  const seconds = Number(process.hrtime.bigint() - first) / 1e9;
  await runner.stop();
  return { seconds, per_second: count / seconds };
}

// From add_job until the job's function runs, one after the other.
async function latency() {
  let started;
  const runner = await start({ echo: () => started(process.hrtime.bigint()) });
  const client = await pool.connect();
  const ms = [];
  for (let i = 0; i < count + 20; i++) {
    const at = new Promise((resolve) => { started = resolve; });
    const began = process.hrtime.bigint();
    await client.query("SELECT graphile_worker.add_job('echo', '{}')");
    if (i >= 20) ms.push(Number(await at - began) / 1e6); // the first ones warm up
    else await at;
    await drained();
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  client.release();
  await runner.stop();
  ms.sort((a, b) => a - b);
  return { p50: ms[Math.floor(ms.length * 0.5)], p99: ms[Math.floor(ms.length * 0.99)] };
}

const utils = await makeWorkerUtils({ connectionString: process.env.DATABASE_URL, logger: quiet });
await utils.migrate();
await utils.release();
console.log(JSON.stringify(await (what === "drain" ? drain() : latency())));
await pool.end();
