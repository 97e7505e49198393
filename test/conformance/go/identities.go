// Identities from making to deleting, by the AWS SDK for Go that Terraform's provider is made of. Every answer is checked; the first that is not
// as it should be ends the program. Endpoint and keys come from the environment: SAGEGATE_ENDPOINT, AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY.
package main

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"os"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/config"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/aws/aws-sdk-go-v2/service/iam/types"
	"github.com/aws/aws-sdk-go-v2/service/sts"
)

var ctx = context.Background()

const trust = `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"AWS":"%s"},"Action":"sts:AssumeRole"}]}`
const reading = `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":["iam:Get*","iam:List*"],"Resource":"*"}]}`

func must[T any](value T, err error) T {
	if err != nil {
		fail("%v", err)
	}
	return value
}

func done[T any](_ T, err error) {
	if err != nil {
		fail("%v", err)
	}
}

func fail(format string, arguments ...any) {
	fmt.Fprintf(os.Stderr, format+"\n", arguments...)
	os.Exit(1)
}

func same[T comparable](what string, found T, wanted T) {
	if found != wanted {
		fail("%s: %v, expected %v", what, found, wanted)
	}
}

// That a call is refused with the modelled error that the SDK makes a type of.
func refused[E error](what string, err error) {
	var wanted E
	if !errors.As(err, &wanted) {
		fail("%s: %v, expected %T", what, err, wanted)
	}
	fmt.Println("refused", what)
}

func configure() aws.Config {
	resolver := aws.EndpointResolverWithOptionsFunc(func(_, region string, _ ...interface{}) (aws.Endpoint, error) {
		return aws.Endpoint{URL: os.Getenv("SAGEGATE_ENDPOINT"), SigningRegion: region}, nil
	})
	return must(config.LoadDefaultConfig(ctx, config.WithRegion("us-east-1"), config.WithEndpointResolverWithOptions(resolver)))
}

func main() {
	settings := configure()
	client := iam.NewFromConfig(settings)
	tokens := sts.NewFromConfig(settings)
	account := *must(tokens.GetCallerIdentity(ctx, &sts.GetCallerIdentityInput{})).Account

	policies(client, account)
	users(client, account)
	roles(client, tokens, settings, account)
	providers(client)
	paging(client)
	removal(client, account)
	fmt.Println("done")
}

func policies(client *iam.Client, account string) {
	made := must(client.CreatePolicy(ctx, &iam.CreatePolicyInput{
		PolicyName: aws.String("Reading"), Path: aws.String("/go/"), PolicyDocument: aws.String(reading),
		Tags: []types.Tag{{Key: aws.String("Team"), Value: aws.String("go")}},
	}))
	same("arn", *made.Policy.Arn, "arn:aws:iam::"+account+":policy/go/Reading")
	version := must(client.GetPolicyVersion(ctx, &iam.GetPolicyVersionInput{PolicyArn: made.Policy.Arn, VersionId: aws.String("v1")}))
	same("document", must(url.QueryUnescape(*version.PolicyVersion.Document)), reading)
	_, err := client.CreatePolicy(ctx, &iam.CreatePolicyInput{PolicyName: aws.String("reading"), PolicyDocument: aws.String(reading)})
	refused[*types.EntityAlreadyExistsException]("a policy of the same name", err)
	_, err = client.CreatePolicy(ctx, &iam.CreatePolicyInput{PolicyName: aws.String("Bad"), PolicyDocument: aws.String("{}")})
	refused[*types.MalformedPolicyDocumentException]("a policy that says nothing", err)
}

func users(client *iam.Client, account string) {
	arn := "arn:aws:iam::" + account + ":policy/go/Reading"
	done(client.CreateUser(ctx, &iam.CreateUserInput{UserName: aws.String("gopher"), Path: aws.String("/go/")}))
	if err := iam.NewUserExistsWaiter(client).Wait(ctx, &iam.GetUserInput{UserName: aws.String("gopher")}, 1e10); err != nil {
		fail("%v", err)
	}
	done(client.CreateGroup(ctx, &iam.CreateGroupInput{GroupName: aws.String("Gophers")}))
	done(client.AddUserToGroup(ctx, &iam.AddUserToGroupInput{UserName: aws.String("gopher"), GroupName: aws.String("Gophers")}))
	done(client.AttachGroupPolicy(ctx, &iam.AttachGroupPolicyInput{GroupName: aws.String("Gophers"), PolicyArn: aws.String(arn)}))
	done(client.PutUserPolicy(ctx, &iam.PutUserPolicyInput{UserName: aws.String("gopher"), PolicyName: aws.String("own"), PolicyDocument: aws.String(reading)}))
	key := must(client.CreateAccessKey(ctx, &iam.CreateAccessKeyInput{UserName: aws.String("gopher")})).AccessKey
	settings := configure()
	settings.Credentials = credentials.NewStaticCredentialsProvider(*key.AccessKeyId, *key.SecretAccessKey, "")
	gopher := iam.NewFromConfig(settings)
	same("user", *must(gopher.GetUser(ctx, &iam.GetUserInput{})).User.Arn, "arn:aws:iam::"+account+":user/go/gopher")
	_, err := gopher.CreateUser(ctx, &iam.CreateUserInput{UserName: aws.String("other")})
	if err == nil || !strings.Contains(err.Error(), "because no identity-based policy allows the iam:CreateUser action") {
		fail("CreateUser: %v", err)
	}
	_, err = client.DeleteUser(ctx, &iam.DeleteUserInput{UserName: aws.String("gopher")})
	refused[*types.DeleteConflictException]("deleting a user who has something", err)
	_, err = client.GetUser(ctx, &iam.GetUserInput{UserName: aws.String("nobody")})
	refused[*types.NoSuchEntityException]("a user who is not there", err)
}

func roles(client *iam.Client, tokens *sts.Client, settings aws.Config, account string) {
	document := fmt.Sprintf(trust, "arn:aws:iam::"+account+":user/go/gopher")
	role := must(client.CreateRole(ctx, &iam.CreateRoleInput{RoleName: aws.String("Burrow"), AssumeRolePolicyDocument: aws.String(document), MaxSessionDuration: aws.Int32(7200)})).Role
	same("trust", must(url.QueryUnescape(*must(client.GetRole(ctx, &iam.GetRoleInput{RoleName: aws.String("Burrow")})).Role.AssumeRolePolicyDocument)), document)
	done(client.AttachRolePolicy(ctx, &iam.AttachRolePolicyInput{RoleName: aws.String("Burrow"), PolicyArn: aws.String("arn:aws:iam::aws:policy/IAMReadOnlyAccess")}))
	done(client.CreateInstanceProfile(ctx, &iam.CreateInstanceProfileInput{InstanceProfileName: aws.String("Burrow")}))
	done(client.AddRoleToInstanceProfile(ctx, &iam.AddRoleToInstanceProfileInput{InstanceProfileName: aws.String("Burrow"), RoleName: aws.String("Burrow")}))
	if err := iam.NewInstanceProfileExistsWaiter(client).Wait(ctx, &iam.GetInstanceProfileInput{InstanceProfileName: aws.String("Burrow")}, 1e10); err != nil {
		fail("%v", err)
	}
	_, err := client.AddRoleToInstanceProfile(ctx, &iam.AddRoleToInstanceProfileInput{InstanceProfileName: aws.String("Burrow"), RoleName: aws.String("Burrow")})
	refused[*types.LimitExceededException]("a second role in a profile", err)

	document = fmt.Sprintf(trust, account)
	done(client.UpdateAssumeRolePolicy(ctx, &iam.UpdateAssumeRolePolicyInput{RoleName: aws.String("Burrow"), PolicyDocument: aws.String(document)}))
	key := must(client.CreateAccessKey(ctx, &iam.CreateAccessKeyInput{UserName: aws.String("gopher")})).AccessKey
	allowed := `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"sts:AssumeRole","Resource":"*"}]}`
	done(client.PutUserPolicy(ctx, &iam.PutUserPolicyInput{UserName: aws.String("gopher"), PolicyName: aws.String("assume"), PolicyDocument: aws.String(allowed)}))
	settings.Credentials = credentials.NewStaticCredentialsProvider(*key.AccessKeyId, *key.SecretAccessKey, "")
	session := must(sts.NewFromConfig(settings).AssumeRole(ctx, &sts.AssumeRoleInput{RoleArn: role.Arn, RoleSessionName: aws.String("go"), DurationSeconds: aws.Int32(900)}))
	settings.Credentials = credentials.NewStaticCredentialsProvider(*session.Credentials.AccessKeyId, *session.Credentials.SecretAccessKey, *session.Credentials.SessionToken)
	same("session", *must(sts.NewFromConfig(settings).GetCallerIdentity(ctx, &sts.GetCallerIdentityInput{})).Arn, "arn:aws:sts::"+account+":assumed-role/Burrow/go")
	_, err = iam.NewFromConfig(settings).CreateGroup(ctx, &iam.CreateGroupInput{GroupName: aws.String("g")})
	if err == nil || !strings.Contains(err.Error(), "AccessDenied") {
		fail("CreateGroup: %v", err)
	}
	done(tokens.GetAccessKeyInfo(ctx, &sts.GetAccessKeyInfoInput{AccessKeyId: key.AccessKeyId}))
}

func providers(client *iam.Client) {
	metadata := string(must(os.ReadFile(os.Args[1])))
	saml := must(client.CreateSAMLProvider(ctx, &iam.CreateSAMLProviderInput{Name: aws.String("Corporate"), SAMLMetadataDocument: aws.String(metadata)}))
	same("metadata", *must(client.GetSAMLProvider(ctx, &iam.GetSAMLProviderInput{SAMLProviderArn: saml.SAMLProviderArn})).SAMLMetadataDocument, metadata)
	oidc := must(client.CreateOpenIDConnectProvider(ctx, &iam.CreateOpenIDConnectProviderInput{
		Url: aws.String("https://token.actions.example.com"), ClientIDList: []string{"sts.amazonaws.com"},
		ThumbprintList: []string{"6938fd4d98bab03faadb97b34396831e3780aea1"},
	}))
	found := must(client.GetOpenIDConnectProvider(ctx, &iam.GetOpenIDConnectProviderInput{OpenIDConnectProviderArn: oidc.OpenIDConnectProviderArn}))
	same("url", *found.Url, "token.actions.example.com")
	same("providers", len(must(client.ListOpenIDConnectProviders(ctx, &iam.ListOpenIDConnectProvidersInput{})).OpenIDConnectProviderList), 1)
	done(client.DeleteOpenIDConnectProvider(ctx, &iam.DeleteOpenIDConnectProviderInput{OpenIDConnectProviderArn: oidc.OpenIDConnectProviderArn}))
	done(client.DeleteSAMLProvider(ctx, &iam.DeleteSAMLProviderInput{SAMLProviderArn: saml.SAMLProviderArn}))
}

func paging(client *iam.Client) {
	for i := 0; i < 5; i++ {
		done(client.CreateUser(ctx, &iam.CreateUserInput{UserName: aws.String(fmt.Sprintf("page-%d", i)), Path: aws.String("/pages/")}))
	}
	seen := 0
	pages := iam.NewListUsersPaginator(client, &iam.ListUsersInput{PathPrefix: aws.String("/pages/"), MaxItems: aws.Int32(2)})
	for pages.HasMorePages() {
		seen += len(must(pages.NextPage(ctx)).Users)
	}
	same("users in pages", seen, 5)
	for i := 0; i < 5; i++ {
		done(client.DeleteUser(ctx, &iam.DeleteUserInput{UserName: aws.String(fmt.Sprintf("page-%d", i))}))
	}
}

func removal(client *iam.Client, account string) {
	arn := aws.String("arn:aws:iam::" + account + ":policy/go/Reading")
	done(client.RemoveRoleFromInstanceProfile(ctx, &iam.RemoveRoleFromInstanceProfileInput{InstanceProfileName: aws.String("Burrow"), RoleName: aws.String("Burrow")}))
	done(client.DeleteInstanceProfile(ctx, &iam.DeleteInstanceProfileInput{InstanceProfileName: aws.String("Burrow")}))
	done(client.DetachRolePolicy(ctx, &iam.DetachRolePolicyInput{RoleName: aws.String("Burrow"), PolicyArn: aws.String("arn:aws:iam::aws:policy/IAMReadOnlyAccess")}))
	done(client.DeleteRole(ctx, &iam.DeleteRoleInput{RoleName: aws.String("Burrow")}))
	for _, key := range must(client.ListAccessKeys(ctx, &iam.ListAccessKeysInput{UserName: aws.String("gopher")})).AccessKeyMetadata {
		done(client.DeleteAccessKey(ctx, &iam.DeleteAccessKeyInput{UserName: aws.String("gopher"), AccessKeyId: key.AccessKeyId}))
	}
	for _, name := range must(client.ListUserPolicies(ctx, &iam.ListUserPoliciesInput{UserName: aws.String("gopher")})).PolicyNames {
		done(client.DeleteUserPolicy(ctx, &iam.DeleteUserPolicyInput{UserName: aws.String("gopher"), PolicyName: aws.String(name)}))
	}
	done(client.RemoveUserFromGroup(ctx, &iam.RemoveUserFromGroupInput{UserName: aws.String("gopher"), GroupName: aws.String("Gophers")}))
	done(client.DeleteUser(ctx, &iam.DeleteUserInput{UserName: aws.String("gopher")}))
	done(client.DetachGroupPolicy(ctx, &iam.DetachGroupPolicyInput{GroupName: aws.String("Gophers"), PolicyArn: arn}))
	done(client.DeleteGroup(ctx, &iam.DeleteGroupInput{GroupName: aws.String("Gophers")}))
	done(client.DeletePolicy(ctx, &iam.DeletePolicyInput{PolicyArn: arn}))
	_, err := client.GetRole(ctx, &iam.GetRoleInput{RoleName: aws.String("Burrow")})
	refused[*types.NoSuchEntityException]("a role that was deleted", err)
}
