# People and machines: users, a group, a role for SageMaker, and what they may do.

resource "aws_iam_account_password_policy" "strict" {
  minimum_password_length        = 14
  require_lowercase_characters   = true
  require_uppercase_characters   = true
  require_numbers                = true
  require_symbols                = true
  allow_users_to_change_password = true
  password_reuse_prevention      = 5
  max_password_age               = 90
}

data "aws_iam_policy_document" "boundary" {
  statement {
    sid       = "MachineLearning"
    actions   = ["sagemaker:*", "iam:Get*", "iam:List*", "sts:*"]
    resources = ["*"]
  }
  statement {
    sid       = "OnlyToSageMaker"
    actions   = ["iam:PassRole"]
    resources = ["arn:aws:iam::${local.account}:role/ml/*"]
    condition {
      test     = "StringEquals"
      variable = "iam:PassedToService"
      values   = ["sagemaker.amazonaws.com"]
    }
  }
}

resource "aws_iam_policy" "boundary" {
  name        = "ScientistBoundary"
  path        = "/ml/"
  description = "What scientists can be given at most"
  policy      = data.aws_iam_policy_document.boundary.json
}

resource "aws_iam_policy" "notebooks" {
  name = "Notebooks"
  path = "/ml/"
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      { Effect = "Allow", Action = ["sagemaker:*NotebookInstance*"], Resource = "*" },
      { Effect = "Allow", Action = "iam:PassRole", Resource = aws_iam_role.execution.arn },
    ]
  })
}

resource "aws_iam_user" "scientist" {
  for_each             = toset(["ada", "grace"])
  name                 = each.key
  path                 = "/ml/"
  permissions_boundary = aws_iam_policy.boundary.arn
  force_destroy        = true
  tags                 = { Team = "research" }
}

resource "aws_iam_group" "scientists" {
  name = "Scientists"
  path = "/ml/"
}

resource "aws_iam_group_membership" "scientists" {
  name  = "scientists"
  group = aws_iam_group.scientists.name
  users = [for user in aws_iam_user.scientist : user.name]
}

resource "aws_iam_group_policy_attachment" "notebooks" {
  group      = aws_iam_group.scientists.name
  policy_arn = aws_iam_policy.notebooks.arn
}

resource "aws_iam_group_policy" "own_credentials" {
  name  = "OwnCredentials"
  group = aws_iam_group.scientists.name
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      { Effect = "Allow", Action = ["iam:*AccessKey*", "iam:ChangePassword"], Resource = "arn:aws:iam::*:user/ml/$${aws:username}" },
    ]
  })
}

resource "aws_iam_user_policy" "ada" {
  name   = "Training"
  user   = aws_iam_user.scientist["ada"].name
  policy = jsonencode({ Version = "2012-10-17", Statement = { Effect = "Allow", Action = "sagemaker:*TrainingJob*", Resource = "*" } })
}

resource "aws_iam_user_policy_attachment" "grace" {
  user       = aws_iam_user.scientist["grace"].name
  policy_arn = "arn:aws:iam::aws:policy/IAMReadOnlyAccess"
}

resource "aws_iam_access_key" "ada" {
  user = aws_iam_user.scientist["ada"].name
}

resource "aws_iam_virtual_mfa_device" "ada" {
  virtual_mfa_device_name = "ada-phone"
  path                    = "/ml/"
}

data "aws_iam_policy_document" "sagemaker" {
  statement {
    actions = ["sts:AssumeRole"]
    principals {
      type        = "Service"
      identifiers = ["sagemaker.amazonaws.com"]
    }
    condition {
      test     = "StringEquals"
      variable = "aws:SourceAccount"
      values   = [local.account]
    }
  }
}

resource "aws_iam_role" "execution" {
  name                 = "Execution"
  path                 = "/ml/"
  description          = "What notebooks and jobs run as"
  assume_role_policy   = data.aws_iam_policy_document.sagemaker.json
  max_session_duration = 7200
  tags                 = { Team = "research" }
}

resource "aws_iam_role_policy_attachment" "execution" {
  role       = aws_iam_role.execution.name
  policy_arn = "arn:aws:iam::aws:policy/AmazonSageMakerFullAccess"
}

resource "aws_iam_role_policy" "execution" {
  name   = "Logs"
  role   = aws_iam_role.execution.name
  policy = jsonencode({ Version = "2012-10-17", Statement = [{ Effect = "Allow", Action = "logs:*", Resource = "*" }] })
}

resource "aws_iam_instance_profile" "execution" {
  name = "Execution"
  path = "/ml/"
  role = aws_iam_role.execution.name
}

resource "aws_iam_role" "operator" {
  name                 = "Operator"
  permissions_boundary = aws_iam_policy.boundary.arn
  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Action    = "sts:AssumeRole"
      Principal = { AWS = [for user in aws_iam_user.scientist : user.arn] }
      Condition = { Bool = { "aws:MultiFactorAuthPresent" = "true" } }
    }]
  })
}

output "execution_role" {
  value = aws_iam_role.execution.arn
}

output "ada" {
  value     = { id = aws_iam_access_key.ada.id, secret = aws_iam_access_key.ada.secret }
  sensitive = true
}
