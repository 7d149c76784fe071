import type { Plugin } from 'vite';

export declare function slimRegexPlugin(): Plugin;
