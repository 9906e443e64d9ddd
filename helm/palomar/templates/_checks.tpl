{{/* Refuses, with a sentence, what would hurt in a cluster and what no schema can see. */}}
{{- define "palomar.checks" -}}
{{- $root := . -}}
{{- $values := .Values -}}
{{- $roles := include "palomar.roles" . | fromYaml -}}

{{- if not $values.publicUrl -}}
{{- fail "publicUrl is required: where clients and Meta reach the gateway, such as https://api.example.com." -}}
{{- end -}}
{{- if and (hasKey $roles "dashboard") (not $values.dashboardUrl) -}}
{{- fail "dashboardUrl is required while roles.dashboard is enabled: where people reach it, such as https://inbox.example.com." -}}
{{- end -}}

{{- range $name, $role := $roles -}}
{{- range $callee := concat $role.calls $role.reaches -}}
{{- if not (hasKey $roles $callee) -}}
{{- fail (printf "roles.%s calls %s, which is not enabled: enable roles.%s, or take it out of roles.%s." $name $callee $callee $name) -}}
{{- end -}}
{{- end -}}
{{- if include "palomar.isScaled" (dict "root" $root "role" $role) -}}
{{- if gt (int $role.autoscaling.min) (int $role.autoscaling.max) -}}
{{- fail (printf "roles.%s.autoscaling: min %d is more than max %d." $name (int $role.autoscaling.min) (int $role.autoscaling.max)) -}}
{{- end -}}
{{- end -}}
{{- end -}}

{{- include "palomar.checkConnections" (dict "root" . "roles" $roles) -}}
{{- include "palomar.checkStores" (dict "root" . "roles" $roles) -}}

{{- with get $roles "dispatcher" -}}
{{- if and (include "palomar.isScaled" (dict "root" $root "role" .)) (lt (int .autoscaling.min) 2) -}}
{{- fail "roles.dispatcher.autoscaling.min must be 2 or more: with one dispatcher every lane waits up to ten seconds when it dies." -}}
{{- end -}}
{{- end -}}
{{- if and (eq $values.autoscaling.engine "keda") (not $values.autoscaling.keda.prometheusUrl) -}}
{{- fail "autoscaling.keda.prometheusUrl is required with autoscaling.engine keda: the age of the oldest event is read there." -}}
{{- end -}}

{{- if and (eq $values.exposure.kind "gateway") (empty $values.exposure.gateway.parentRefs) -}}
{{- fail "exposure.gateway.parentRefs is empty: name the Gateway that the routes attach to." -}}
{{- end -}}
{{- end -}}

{{/* One surge pod per role is open beside the others while it is rolled out; each Job opens two connections. */}}
{{- define "palomar.checkConnections" -}}
{{- $root := .root -}}
{{- $sum := 4 -}}
{{- range $name, $role := .roles -}}
{{- if $role.database -}}
{{- $most := include "palomar.replicasMax" (dict "root" $root "name" $name) | int -}}
{{- $sum = add $sum (mul (add $most 1) (int $role.pool)) -}}
{{- end -}}
{{- end -}}
{{- $free := sub (int $root.Values.database.connectionsMax) (int $root.Values.database.connectionsReserved) -}}
{{- if gt (int $sum) (int $free) -}}
{{- fail (printf "the roles could open %d connections to Postgres ((most replicas + 1 while rolling out) × pool, and the jobs), but %d are free (database.connectionsMax %d less %d reserved): lower roles.*.autoscaling.max or roles.*.pool, or raise connectionsMax together with Postgres's own max_connections." (int $sum) (int $free) (int $root.Values.database.connectionsMax) (int $root.Values.database.connectionsReserved)) -}}
{{- end -}}
{{- end -}}

{{- define "palomar.checkStores" -}}
{{- $root := .root -}}
{{- $values := $root.Values -}}
{{- if and $values.evaluation.stores $values.jobs.asHooks -}}
{{- fail "evaluation.stores needs jobs.asHooks false: a hook would wait for data stores that are installed only after it." -}}
{{- end -}}
{{- if and $values.nats.allowUnsynced (not $values.evaluation.stores) (ge (int (include "palomar.replicasMax" (dict "root" $root "name" "gateway"))) 2) -}}
{{- fail "nats.allowUnsynced lets NATS lose what Palomar has acknowledged to Meta: set sync_interval: always in NATS, or give it three servers and nats.replicas 3." -}}
{{- end -}}
{{- if hasKey .roles "media" -}}
{{- if and (eq $values.files.driver "file") (gt (int (include "palomar.replicasMax" (dict "root" $root "name" "media"))) 1) -}}
{{- fail "files.driver file is a volume that one pod holds, and roles.media may have more: use files.driver s3, or give roles.media autoscaling.max 0 and replicas 1." -}}
{{- end -}}
{{- if eq $values.files.driver "s3" -}}
{{- if not $values.files.s3.bucket -}}{{- fail "files.s3.bucket is required with files.driver s3." -}}{{- end -}}
{{- if not $values.secrets.s3 -}}{{- fail "secrets.s3 is required with files.driver s3: the name of a Secret with access-key-id and secret-access-key." -}}{{- end -}}
{{- end -}}
{{- end -}}
{{- end -}}
