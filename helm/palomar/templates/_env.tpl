{{/* One variable from a Secret that exists: dict "name" "secret" "key". */}}
{{- define "palomar.fromSecret" }}
- name: {{ .name }}
  valueFrom:
    secretKeyRef:
      name: {{ .secret }}
      key: {{ .key }}
{{- end -}}

{{/* The environment of a role: dict "root" $ "name" role "role" its map. */}}
{{- define "palomar.env" -}}
{{- $root := .root -}}
{{- $values := $root.Values -}}
{{- $role := .role -}}
{{- $name := .name -}}
{{- $literal := dict -}}
{{- if hasKey $role.ports "admin" -}}
{{- $_ := set $literal "ADMIN_PORT" (toString $role.ports.admin) -}}
{{- $_ := set $literal "BIND_HOST" "0.0.0.0" -}}
{{- $_ := set $literal "LOG_LEVEL" $values.logLevel -}}
{{- $_ := set $literal "OTEL_EXPORTER_OTLP_ENDPOINT" $values.otlpEndpoint -}}
{{- end -}}
{{- if hasKey $role.ports "grpc" -}}{{- $_ := set $literal "GRPC_PORT" (toString $role.ports.grpc) -}}{{- end -}}
{{- if $role.nats -}}
{{- $_ := set $literal "NATS_URL" (include "palomar.natsUrl" $root) -}}
{{- $_ := set $literal "NATS_USER" $name -}}
{{- end -}}
{{- if $role.database -}}{{- $_ := set $literal "DATABASE_POOL_MAX" (toString $role.pool) -}}{{- end -}}
{{- range $callee := $role.calls -}}
{{- $port := (get $values.roles $callee).ports.grpc -}}
{{- $_ := set $literal (printf "%s_ADDRESS" (upper $callee)) (printf "%s-%s:%v" (include "palomar.fullname" $root) $callee $port) -}}
{{- end -}}
{{- $secret := dict -}}
{{- if $role.database -}}{{- $_ := set $secret "DATABASE_URL" (dict "secret" "database" "key" (printf "%s-url" $name)) -}}{{- end -}}
{{- if $role.nats -}}{{- $_ := set $secret "NATS_PASSWORD" (dict "secret" "nats" "key" (printf "%s-password" $name)) -}}{{- end -}}
{{- if $role.serviceSecret -}}{{- $_ := set $secret "SERVICE_SECRET" (dict "secret" "services" "key" $name) -}}{{- end -}}
{{- range $variable, $value := $role.env -}}
{{- if or (hasKey $literal $variable) (hasKey $secret $variable) (hasKey $role.secretEnv $variable) -}}
{{- fail (printf "roles.%s.env.%s: the chart sets %s itself, and a name given twice fails at the server. Leave it out." $name $variable $variable) -}}
{{- end -}}
{{- /* Numbers of a values file are floats, and a large one would be written as 1e+07. */ -}}
{{- $isWhole := and (kindIs "float64" $value) (eq (toString (floor $value)) (toString $value)) -}}
{{- $_ := set $literal $variable (ternary (toString (int64 $value)) (tpl (toString $value) $root) $isWhole) -}}
{{- end -}}
{{- range $variable, $from := $role.secretEnv -}}
{{- if or (hasKey $literal $variable) (hasKey $secret $variable) -}}
{{- fail (printf "roles.%s.secretEnv.%s: the chart sets %s itself, and a name given twice fails at the server. Leave it out." $name $variable $variable) -}}
{{- end -}}
{{- $_ := set $secret $variable $from -}}
{{- end -}}
{{- range $variable, $value := $literal }}
{{- if ne $value "" }}
- name: {{ $variable }}
  value: {{ $value | quote }}
{{- end }}
{{- end }}
{{- range $variable, $from := $secret }}
{{- with get $values.secrets $from.secret }}
{{- include "palomar.fromSecret" (dict "name" $variable "secret" . "key" $from.key) }}
{{- end }}
{{- end }}
{{- end -}}

{{- define "palomar.natsUrl" -}}
{{- if .Values.evaluation.stores -}}nats://{{ include "palomar.fullname" . }}-nats:4222{{- else -}}{{ .Values.nats.url }}{{- end -}}
{{- end -}}
