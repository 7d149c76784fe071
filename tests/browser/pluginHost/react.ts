/** One React of the two, given to the host page: which one, the build says. */
import * as react from 'react';
import * as reactDom from 'react-dom';
import * as client from 'react-dom/client';
import * as server from 'react-dom/server';
import * as jsxRuntime from 'react/jsx-runtime';

Object.assign(window, {
  hostReact: {
    react,
    'react-dom': reactDom,
    'react-dom/client': client,
    'react-dom/server': server,
    'react/jsx-runtime': jsxRuntime,
    'react/jsx-dev-runtime': jsxRuntime,
  },
});
