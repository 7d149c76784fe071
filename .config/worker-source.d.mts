import type { Plugin } from 'vite';

export declare const WORKER_SOURCE_ID: 'gclens:worker-source';
export declare const WORKER_ENTRY: string;
export declare function bundleWorker(): Promise<{ code: string; files: string[] }>;
export declare function workerSourcePlugin(): Plugin;
