{{- /*
What the real charts have in common. Template names are global in an umbrella chart, but as every stand-in is packaged
with this same file, it does not matter whose copy wins.
*/}}

{{- define "stand-in.name" -}}
{{- .Values.nameOverride | default .Chart.Name | trunc 63 | trimSuffix "-" -}}
{{- end -}}

{{- /* (list root max) -> the name a release gives the chart's main objects */}}
{{- define "stand-in.fullname.cut" -}}
{{- $root := index . 0 -}}
{{- $name := $root.Values.nameOverride | default $root.Chart.Name -}}
{{- $joined := contains $name $root.Release.Name | ternary $root.Release.Name (printf "%s-%s" $root.Release.Name $name) -}}
{{- $root.Values.fullnameOverride | default $joined | trunc (index . 1) | trimSuffix "-" -}}
{{- end -}}

{{- define "stand-in.fullname" -}}
{{- include "stand-in.fullname.cut" (list . 63) -}}
{{- end -}}

{{- define "stand-in.selector" -}}
app.kubernetes.io/name: {{ include "stand-in.name" . }}
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end -}}

{{- define "stand-in.labels" -}}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version | trunc 63 | trimSuffix "-" }}
{{ include "stand-in.selector" . }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
{{- end -}}

{{- define "stand-in.serviceAccount" -}}
{{- $made := .Values.serviceAccount.create | ternary (include "stand-in.fullname" .) "default" -}}
{{- .Values.serviceAccount.name | default $made -}}
{{- end -}}

{{- /* Where the pods may run; the keys are those of a pod's specification. */}}
{{- define "stand-in.placement" -}}
{{- range $key := list "affinity" "nodeSelector" "priorityClassName" "tolerations" "topologySpreadConstraints" }}
{{- with index $.Values $key }}
{{ $key }}: {{ toJson . }}
{{- end }}
{{- end }}
{{- end -}}
