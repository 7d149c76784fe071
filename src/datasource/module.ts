import './publicPath';

import { DataSourcePlugin } from '@grafana/data';

import { ConfigEditor } from './components/config/ConfigEditor';
import { QueryEditor } from './components/QueryEditor';
import { QueryHelp } from './components/QueryHelp';
import { GclensDataSource } from './datasource';
import type { GclensOptions, GclensQuery } from './types';

/** Grafana loads this: the bundle's entry. */
export const plugin = new DataSourcePlugin<GclensDataSource, GclensQuery, GclensOptions>(GclensDataSource)
  .setConfigEditor(ConfigEditor)
  .setQueryEditor(QueryEditor)
  .setQueryEditorHelp(QueryHelp);
