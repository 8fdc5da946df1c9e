{{- /*
`global` is open in the schema, as a chart above this one keeps keys of its own there. Where there is none, an unknown key
is a typing error.
*/}}
{{- define "aeterna.validation.global" -}}
{{- $known := list "imagePullSecrets" "imageRegistry" "storageClass" -}}
{{- if .root.Chart.IsRoot -}}
{{- range $key, $value := .root.Values.global -}}
{{- if not (has $key $known) }}
AET109 | global.{{ $key }} | is no key of this chart, nor of its subcharts | remove it, or use one of {{ join ", " $known }}
{{- end -}}
{{- end -}}
{{- end -}}
{{- end -}}
