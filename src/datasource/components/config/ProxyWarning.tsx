import { Alert, TextLink } from '@grafana/ui';

interface Props {
  readonly source: 'live' | 'store';
  readonly url: string;
}

/** Who can do what through Grafana's proxy once this data source is saved, and how to narrow it. */
export function ProxyWarning({ source, url }: Props) {
  const isWide = source === 'live' && !/\/debug\/pprof\/?$/.test(url);
  return (
    <Alert
      severity={isWide && url !== '' ? 'warning' : 'info'}
      title={
        source === 'live'
          ? 'Everybody who may query this data source, viewers too, can record the service'
          : 'Everybody who may query this data source, viewers too, can read what lies below the URL'
      }
    >
      <ul style={{ marginLeft: 16 }}>
        <li>
          Grafana passes every path below the URL, with any method, to everybody with the permission datasources:query: every role of the
          organisation, unless data source permissions narrow it.
        </li>
        {source === 'live' && (
          <li>
            {isWide
              ? 'End the URL in /debug/pprof: as it is, everything that this port serves can be asked, not profiles alone.'
              : 'The URL ends in /debug/pprof: nothing else of this port can be asked.'}{' '}
            Profiles show names of functions, labels and the command line (/debug/pprof/cmdline); recording costs CPU time.
          </li>
        )}
        <li>
          Grafana has a required role (reqRole) for routes of a plugin only, not for a data source’s URL. For editors alone: put this data
          source into an organisation of theirs, use{' '}
          <TextLink
            href="https://grafana.com/docs/grafana/latest/administration/data-source-management/#data-source-permissions"
            external
            inline
          >
            data source permissions
          </TextLink>
          , or put a proxy before the service that knows users (send_user_header).
        </li>
        <li>Credentials stay on Grafana’s server: set them as basic authentication or custom headers above, never in a query.</li>
      </ul>
    </Alert>
  );
}
