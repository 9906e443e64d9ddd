{{/* Pods of a role of this release, as a NetworkPolicyPeer: dict "root" $ "name" role. */}}
{{- define "palomar.podsOf" -}}
podSelector:
  matchLabels:
    {{- include "palomar.selectorLabels" . | nindent 4 }}
{{- end -}}

{{/* Egress to a data store: dict "to" peers "ports" list. */}}
{{- define "palomar.egressTo" }}
- {{ with .to -}}
  to:
    {{- toYaml . | nindent 4 }}
  {{ end -}}
  ports:
    {{- range .ports }}
    - { protocol: TCP, port: {{ int . }} }
    {{- end }}
{{- end -}}

{{/* Egress to a store of this release: dict "root" $ "name" store "port". */}}
{{- define "palomar.egressToPods" }}
- to:
    - {{- include "palomar.podsOf" . | nindent 6 }}
  ports:
    - { protocol: TCP, port: {{ int .port }} }
{{- end -}}

{{/* Names are looked up everywhere in the cluster. */}}
{{- define "palomar.egressDns" }}
- ports:
    - { protocol: UDP, port: 53 }
    - { protocol: TCP, port: 53 }
{{- end -}}

{{- define "palomar.egressDatabase" -}}
{{- if .Values.evaluation.stores -}}
{{- include "palomar.egressToPods" (dict "root" . "name" "postgres" "port" 5432) -}}
{{- else -}}
{{- with .Values.networkPolicy.database }}{{ include "palomar.egressTo" (dict "to" .to "ports" (list .port)) }}{{ end -}}
{{- end -}}
{{- end -}}

{{- define "palomar.egressNats" -}}
{{- if .Values.evaluation.stores -}}
{{- include "palomar.egressToPods" (dict "root" . "name" "nats" "port" 4222) -}}
{{- else -}}
{{- with .Values.networkPolicy.nats }}{{ include "palomar.egressTo" (dict "to" .to "ports" .ports) }}{{ end -}}
{{- end -}}
{{- end -}}

{{- define "palomar.egressRedis" -}}
{{- if .Values.evaluation.stores -}}
{{- include "palomar.egressToPods" (dict "root" . "name" "redis" "port" 6379) -}}
{{- else if .Values.secrets.redis -}}
{{- with .Values.networkPolicy.redis }}{{ include "palomar.egressTo" (dict "to" .to "ports" (list .port)) }}{{ end -}}
{{- end -}}
{{- end -}}
