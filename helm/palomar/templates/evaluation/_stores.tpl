{{- define "palomar.evaluation.postgres" -}}
args: [-c, max_connections=200, -c, synchronous_commit=on]
env:
  - { name: POSTGRES_DB, value: palomar }
  - { name: PGDATA, value: /data/pg }
  {{- include "palomar.fromSecret" (dict "name" "POSTGRES_PASSWORD" "secret" .Values.secrets.database "key" "postgres-password") | nindent 2 }}
{{- end -}}

{{- define "palomar.evaluation.nats" -}}
args: [--config, /etc/nats/nats.conf]
env:
  {{- range $name := concat (list "operator") (keys .Values.roles | sortAlpha) }}
  {{- if or (eq $name "operator") (get (get $.Values.roles $name) "nats") }}
  {{- include "palomar.fromSecret" (dict "name" (printf "NATS_%s" (upper $name)) "secret" $.Values.secrets.nats "key" (printf "%s-password" $name)) | nindent 2 }}
  {{- end }}
  {{- end }}
{{- end -}}

{{- define "palomar.evaluation.redis" -}}
args: [redis-server, --save, "", --appendonly, "no", --maxmemory, 128mb, --maxmemory-policy, allkeys-lru, --dir, /data]
{{- end -}}
