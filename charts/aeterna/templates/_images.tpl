{{- /*
Images. One switch, global.imageRegistry, moves every image of ours to another registry: it replaces the registry host
and may carry a path (mirror.example:5000/team).
*/}}

{{- /*
(list root image pin) -> reference; image: {registry?, repository, tag?, digest?}. An empty tag is that of the pin in
files/catalogue.yaml.
*/}}
{{- define "aeterna.images.ref" -}}
{{- $root := index . 0 -}}
{{- $image := index . 1 -}}
{{- $repository := $image.repository -}}
{{- $registry := $root.Values.global.imageRegistry | default (get $image "registry") -}}
{{- if $registry -}}
{{- /* a first segment is a host only if it could not be a path: the rule of every container runtime */ -}}
{{- $repository = regexReplaceAll "^(localhost|[^/]*[.:][^/]*)/" $repository "" -}}
{{- $repository = printf "%s/%s" (trimSuffix "/" $registry) $repository -}}
{{- end -}}
{{- $tag := get $image "tag" | toString -}}
{{- $digest := get $image "digest" -}}
{{- if not (or $tag $digest) -}}
{{- include "aeterna.catalogue.file" $root -}}
{{- $tag = index . 2 | get $root.Catalogue.file.images | regexFind ":.+$" | trimPrefix ":" -}}
{{- end -}}
{{- $repository -}}{{- with $tag -}}:{{ . }}{{- end -}}{{- with $digest -}}@{{ . }}{{- end -}}
{{- end -}}

{{- /* (list root image...) -> the key imagePullSecrets with global's and the images' own pull secrets, or nothing */}}
{{- define "aeterna.images.pullSecrets" -}}
{{- $root := index . 0 -}}
{{- $given := $root.Values.global.imagePullSecrets | default list -}}
{{- range rest . -}}{{- $given = concat $given (get . "pullSecrets" | default list) -}}{{- end -}}
{{- $names := list -}}
{{- range $given -}}
{{- $name := . -}}
{{- if kindIs "map" $name -}}{{- $name = $name.name -}}{{- end -}}
{{- $names = append $names $name -}}
{{- end -}}
{{- with $names | uniq -}}
imagePullSecrets:
{{- range . }}
  - name: {{ . | quote }}
{{- end -}}
{{- end -}}
{{- end -}}
