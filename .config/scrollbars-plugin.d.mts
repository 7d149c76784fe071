import type { Plugin } from 'vite';

export declare function scrollbarsPlugin(): Plugin;
