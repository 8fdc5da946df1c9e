{{- /*
Labels. `selector` never changes in the life of a release (Kubernetes forbids it) and names one component, so that a
Service never reaches a Job's pods. `common` adds what may change and therefore stays out of pod templates: a new
chart version alone restarts no pod.
*/}}

{{- /* (list root component) -> labels that select the component's pods, and all labels its pod template carries */}}
{{- define "aeterna.labels.selector" -}}
{{- $root := index . 0 -}}
app.kubernetes.io/name: {{ include "aeterna.names.application" $root | trunc 63 | trimSuffix "-" }}
app.kubernetes.io/instance: {{ $root.Release.Name | quote }}
app.kubernetes.io/component: {{ index . 1 }}
{{- end -}}

{{- /* (list root component) -> labels of an object's metadata */}}
{{- define "aeterna.labels.common" -}}
{{- $root := index . 0 -}}
helm.sh/chart: {{ printf "%s-%s" $root.Chart.Name $root.Chart.Version | replace "+" "_" | trunc 63 | trimSuffix "-" }}
{{ include "aeterna.labels.selector" . }}
app.kubernetes.io/part-of: aeterna
app.kubernetes.io/version: {{ $root.Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ $root.Release.Service }}
{{- end -}}
