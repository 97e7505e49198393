# A Terraform configuration against Sagegate: what differs from AWS is the provider block alone.
#
#     npx sagegate serve --ephemeral --seed ../seed.yaml
#     export AWS_ACCESS_KEY_ID=… AWS_SECRET_ACCESS_KEY=…
#     terraform init && terraform apply

terraform {
  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = ">= 5.0"
    }
  }
}

variable "endpoint" {
  description = "Where Sagegate listens."
  type        = string
  default     = "http://127.0.0.1:4566"
}

provider "aws" {
  region = "us-east-1"

  endpoints {
    iam = var.endpoint
    sts = var.endpoint
  }

  default_tags {
    tags = { ManagedBy = "terraform" }
  }
}

data "aws_caller_identity" "current" {}

locals {
  account = data.aws_caller_identity.current.account_id
}
