import { argoCd } from './argo-cd.ts';
import { aspnetCore } from './aspnet-core.ts';
import { authJs } from './auth-js.ts';
import { django } from './django.ts';
import { forgejo } from './forgejo.ts';
import { gitea } from './gitea.ts';
import { gitlab } from './gitlab.ts';
import { grafana } from './grafana.ts';
import { homeAssistant } from './home-assistant.ts';
import { immich } from './immich.ts';
import { jellyfin } from './jellyfin.ts';
import { jenkins } from './jenkins.ts';
import { kubernetes } from './kubernetes.ts';
import { mattermost } from './mattermost.ts';
import { minio } from './minio.ts';
import { mozillaDjangoOidc } from './mozilla-django-oidc.ts';
import { nextcloud } from './nextcloud.ts';
import { oauth2Proxy } from './oauth2-proxy.ts';
import { openWebui } from './open-webui.ts';
import { outline } from './outline.ts';
import { paperlessNgx } from './paperless-ngx.ts';
import { portainer } from './portainer.ts';
import { proxmoxVe } from './proxmox-ve.ts';
import { rails } from './rails.ts';
import { springSecurity } from './spring-security.ts';
import { tailscale } from './tailscale.ts';
import type { Template } from './template.ts';
import { vault } from './vault.ts';
import { wordpress } from './wordpress.ts';

/** By name. */
export const TEMPLATES: readonly Template[] = [
  argoCd,
  aspnetCore,
  authJs,
  django,
  forgejo,
  gitea,
  gitlab,
  grafana,
  homeAssistant,
  immich,
  jellyfin,
  jenkins,
  kubernetes,
  mattermost,
  minio,
  mozillaDjangoOidc,
  nextcloud,
  oauth2Proxy,
  openWebui,
  outline,
  paperlessNgx,
  portainer,
  proxmoxVe,
  rails,
  springSecurity,
  tailscale,
  vault,
  wordpress,
];
