import { expect, test } from 'vitest';
import { identifierKey } from '../../src/resource-servers/identifier.ts';

test.each([
  ['https://mcp.example.com', 'https://mcp.example.com/'],
  ['https://MCP.Example.com', 'https://mcp.example.com/'],
  ['HTTPS://mcp.example.com', 'https://mcp.example.com/'],
  ['https://mcp.example.com:443', 'https://mcp.example.com/'],
  ['http://localhost:80/mcp', 'http://localhost/mcp'],
  ['https://mcp.example.com?a=B', 'https://mcp.example.com/?a=B'],
  ['https://User@MCP.example.com/', 'https://User@mcp.example.com/'],
  ['https://[2001:DB8::1]:443/', 'https://[2001:db8::1]/'],
])('%s is the same as %s', (one, other) => {
  expect(identifierKey(one)).toBe(identifierKey(other));
});

test.each([
  ['https://mcp.example.com/a', 'https://mcp.example.com/a/'],
  ['https://mcp.example.com/a', 'https://mcp.example.com/A'],
  ['https://mcp.example.com/a%2Fb', 'https://mcp.example.com/a/b'],
  ['https://mcp.example.com/a/../b', 'https://mcp.example.com/b'],
  ['https://mcp.example.com:8443', 'https://mcp.example.com'],
  ['https://mcp.example.com:80', 'https://mcp.example.com'],
  ['http://mcp.example.com', 'https://mcp.example.com'],
  ['https://mcp.example.com?a=b', 'https://mcp.example.com?A=b'],
  ['https://mcp.example.com.', 'https://mcp.example.com'],
  ['urn:example:API', 'urn:example:api'],
])('%s is another than %s', (one, other) => {
  expect(identifierKey(one)).not.toBe(identifierKey(other));
});
