{{/* The enabled roles, each with its defaults merged below it, as YAML: fromYaml gives the map. */}}
{{- define "palomar.roles" -}}
{{- range $name, $given := .Values.roles -}}
{{- $role := mustMergeOverwrite (deepCopy $.Values.roleDefaults) (deepCopy $given) -}}
{{- if $role.enabled }}
{{ $name }}: {{ toJson $role }}
{{- end -}}
{{- end -}}
{{- end -}}

{{/* Whether something else than us decides how many replicas a role has: dict "root" $ "role" role. Empty: no. */}}
{{- define "palomar.isScaled" -}}
{{- if and (ne .root.Values.autoscaling.engine "none") (gt (int .role.autoscaling.max) 0) -}}yes{{- end -}}
{{- end -}}

{{/* "keda" when its signal is more than CPU and KEDA may act on it, "hpa" when it is CPU, empty when not scaled. */}}
{{- define "palomar.scaler" -}}
{{- if include "palomar.isScaled" . -}}
{{- $hasSignal := or (gt (float64 .role.autoscaling.eventAgeSeconds) 0.0) (ne .role.autoscaling.demand.query "") -}}
{{- ternary "keda" "hpa" (and (eq .root.Values.autoscaling.engine "keda") $hasSignal) -}}
{{- end -}}
{{- end -}}

{{/* The most replicas that a role may come to: dict "root" $ "name" role. 0 when it is not enabled. */}}
{{- define "palomar.replicasMax" -}}
{{- $role := get (include "palomar.roles" .root | fromYaml) .name -}}
{{- if not $role -}}0
{{- else if include "palomar.isScaled" (dict "root" .root "role" $role) -}}{{ int $role.autoscaling.max }}
{{- else -}}{{ int $role.replicas }}
{{- end -}}
{{- end -}}

{{/* Names of the enabled roles that list this one under `calls` or `reaches`, comma-separated. */}}
{{- define "palomar.callers" -}}
{{- $callers := list -}}
{{- $list := .list -}}
{{- $name := .name -}}
{{- range $caller, $role := include "palomar.roles" .root | fromYaml -}}
{{- if has $name (get $role $list) -}}{{- $callers = append $callers $caller -}}{{- end -}}
{{- end -}}
{{- join "," $callers -}}
{{- end -}}
