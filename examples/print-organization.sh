#!/bin/sh
# Prints an AWS organization into a folder, one file for each command: COMMAND.json, or COMMAND.ARGUMENT.json. Only reads; needs what
# AWSOrganizationsReadOnlyAccess allows, in the management account or that of a delegated administrator.
#
#     sh print-organization.sh organization
#     sagegate import aws-organization organization
#
# AWS="aws --profile audit" runs the CLI otherwise.
set -eu
folder=${1:?usage: print-organization.sh FOLDER}
mkdir "$folder"

# ask COMMAND ARGUMENT OPTION...: into its file.
ask() {
  name=$1${2:+.$2}
  command=$1
  shift 2
  printf '%s\n' "$name" >&2
  ${AWS:-aws} organizations "$command" "$@" --output json >"$folder/$name.json.part" &&
    mv "$folder/$name.json.part" "$folder/$name.json"
}
# maybe COMMAND ARGUMENT OPTION...: the same for what an organization may not have. Sagegate says so when it needed it after all.
maybe() {
  ask "$@" || rm -f "$folder/$name.json.part"
}
# values MEMBER NAME: what stands in a file under a name.
values() {
  test ! -f "$folder/$2.json" || sed -n 's/^ *"'"$1"'": "\([^"]*\)".*$/\1/p' "$folder/$2.json"
}
tags() {
  ask list-tags-for-resource "$1" --resource-id "$1"
}
below() {
  ask list-organizational-units-for-parent "$1" --parent-id "$1"
  ask list-accounts-for-parent "$1" --parent-id "$1"
  for account in $(values Id "list-accounts-for-parent.$1"); do tags "$account"; done
  for unit in $(values Id "list-organizational-units-for-parent.$1"); do
    tags "$unit"
    below "$unit"
  done
}

ask describe-organization ''
ask list-roots ''
root=$(values Id list-roots)
tags "$root"
below "$root"

# Policies of every type that is enabled; control policies wait to be enabled as well.
for type in $(printf '%s\n' SERVICE_CONTROL_POLICY RESOURCE_CONTROL_POLICY $(values Type list-roots) | sort -u); do
  maybe list-policies "$type" --filter "$type"
  for policy in $(values Id "list-policies.$type"); do
    ask list-targets-for-policy "$policy" --policy-id "$policy"
    case $policy in p-FullAWSAccess | p-RCPFullAWSAccess) continue ;; esac
    ask describe-policy "$policy" --policy-id "$policy"
    tags "$policy"
  done
done

maybe describe-resource-policy ''
for policy in $(values Id describe-resource-policy); do tags "$policy"; done
ask list-aws-service-access-for-organization ''
ask list-delegated-administrators ''
for account in $(values Id list-delegated-administrators); do
  ask list-delegated-services-for-account "$account" --account-id "$account"
done
