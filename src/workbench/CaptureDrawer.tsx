import { css } from '@emotion/css';
import { type GrafanaTheme2, dateTimeFormatTimeAgo } from '@grafana/data';
import { Alert, Button, Drawer, IconButton, useStyles2 } from '@grafana/ui';

import { type CaptureInfo, kindNames, type Sha256 } from '../capture';
import { type GclensDataSource, UploadArea, type Uploads, useCaptures } from '../datasource';
import { type CaptureGroup, groupCaptures } from './captureGroups';
import { formatBytes } from './format';
import { useEscape } from './useEscape';

interface Props {
  readonly datasource: GclensDataSource;
  readonly uploads: Uploads;
  /** What the page shows; empty for the sample. */
  readonly shown: readonly Sha256[];
  readonly onShow: (captures: readonly Sha256[]) => void;
  readonly onDeleted: (capture: Sha256) => void;
  readonly onClose: () => void;
}

/** What this browser keeps: to switch to, to delete, to add to. */
export function CaptureDrawer({ datasource, uploads, shown, onShow, onDeleted, onClose }: Props) {
  const styles = useStyles2(getStyles);
  const { captures, error } = useCaptures(datasource);
  useEscape(onClose);
  const remove = (capture: CaptureInfo) => {
    void datasource.store.delete(capture.sha256).then(() => {
      onDeleted(capture.sha256);
    });
  };
  return (
    <Drawer title="Captures" subtitle="Files stay in this browser, under their sha-256." size="sm" onClose={onClose}>
      <div className={styles.content}>
        <UploadArea uploads={uploads} />
        {error !== undefined && <Alert severity="error" title={error} />}
        <ul className={styles.list} aria-label="Captures in this browser">
          <li className={styles.group}>
            <ShowButton
              label="Sample: a Go shop service"
              current={shown.length === 0}
              onClick={() => {
                onShow([]);
              }}
            />
          </li>
          {groupCaptures(captures ?? []).map((group) => (
            <li key={group.droppedAtMs} className={styles.group}>
              <ShowButton
                label={group.captures.map(({ name }) => name).join(' + ')}
                current={isShown(group, shown)}
                onClick={() => {
                  onShow(group.captures.map(({ sha256 }) => sha256));
                }}
              />
              <div className={styles.secondary}>added {dateTimeFormatTimeAgo(group.droppedAtMs)}</div>
              {group.captures.map((capture) => (
                <div key={capture.sha256} className={styles.file}>
                  <span className={styles.name} title={capture.sha256}>
                    {capture.name}
                  </span>
                  <span className={styles.secondary}>
                    {kindNames[capture.kind]}, {formatBytes(capture.sizeBytes)}
                  </span>
                  <IconButton
                    name="trash-alt"
                    aria-label={`Delete ${capture.name} from this browser`}
                    onClick={() => {
                      remove(capture);
                    }}
                  />
                </div>
              ))}
            </li>
          ))}
        </ul>
      </div>
    </Drawer>
  );
}

function ShowButton({ label, current, onClick }: { readonly label: string; readonly current: boolean; readonly onClick: () => void }) {
  const styles = useStyles2(getStyles);
  return (
    <Button fill="text" size="sm" icon={current ? 'check' : 'arrow-right'} aria-pressed={current} className={styles.show} onClick={onClick}>
      {label}
    </Button>
  );
}

function isShown(group: CaptureGroup, shown: readonly Sha256[]): boolean {
  return group.captures.length === shown.length && group.captures.every(({ sha256 }) => shown.includes(sha256));
}

function getStyles(theme: GrafanaTheme2) {
  return {
    content: css({ display: 'grid', gap: theme.spacing(2) }),
    list: css({ listStyle: 'none', display: 'grid', gap: theme.spacing(1) }),
    group: css({ border: `1px solid ${theme.colors.border.weak}`, borderRadius: theme.shape.radius.default, padding: theme.spacing(1) }),
    show: css({ maxWidth: '100%', '& > span': { overflow: 'hidden', textOverflow: 'ellipsis' } }),
    file: css({ display: 'flex', alignItems: 'center', gap: theme.spacing(1), padding: theme.spacing(0.25, 1) }),
    name: css({ flex: 1, minWidth: 0, overflow: 'hidden', textOverflow: 'ellipsis', whiteSpace: 'nowrap' }),
    secondary: css({ color: theme.colors.text.secondary, fontSize: theme.typography.bodySmall.fontSize, paddingLeft: theme.spacing(1) }),
  };
}
