import type { Plugin } from 'vite';

export declare const WORKER_SOURCE_ID: 'gclens:worker-source';
export declare const FALLBACK_WORKER_SOURCE_ID: 'gclens:fallback-worker-source';
export declare const WORKER_ENTRY: string;
export declare function bundleWorker(options: { hasFallback: boolean }): Promise<{ code: string; files: string[] }>;
export declare function workerSourcePlugin(): Plugin;
