using System.CommandLine;
using k8s;
using k8s.Models;
using VampNet.Cli.Batch;
using VampNet.TestSupport;
using YamlDotNet.Core;

namespace VampNet.Cli.Tests.Deploy;

public sealed class KubernetesTests
{
    // The user "app" of .NET's images.
    private const int ImageUser = 1654;

    private static readonly string Text = File.ReadAllText(Path.Combine(Golden.RepositoryRoot, "deploy", "kubernetes", "indexed-job.yaml"));

    private static readonly V1Job Job = Read(Text);

    private static V1Container Container => Job.Spec.Template.Spec.Containers.Single();

    [Theory]
    [InlineData("completionMode:", "completionsMode:")]
    [InlineData("readOnly: true", "readonly: true")]
    [InlineData("runAsUser: 1654", "runAsUser: app")]
    [InlineData("value: \"8\"", "value: \"8\"\n              value: \"9\"")]
    public void Read_FieldThatKubernetesDoesNotKnow_IsRefused(string right, string wrong)
    {
        Assert.Contains(right, Text, StringComparison.Ordinal);
        Assert.ThrowsAny<YamlException>(() => Read(Text.Replace(right, wrong, StringComparison.Ordinal)));
    }

    [Fact]
    public void Job_IsIndexedAndRepeatsEachIndexByItself()
    {
        Assert.Equal(("batch/v1", "Job", "Indexed"), (Job.ApiVersion, Job.Kind, Job.Spec.CompletionMode));
        Assert.True(Job.Spec.BackoffLimitPerIndex > 0);
        // Both backoffLimitPerIndex and podFailurePolicy ask for it.
        Assert.Equal("Never", Job.Spec.Template.Spec.RestartPolicy);
        Assert.InRange(Job.Spec.MaxFailedIndexes!.Value, 1, Job.Spec.Completions!.Value);
        Assert.InRange(Job.Spec.Parallelism!.Value, 1, Job.Spec.Completions.Value);
    }

    [Fact]
    public void Environment_GivesEveryPodItsPart()
    {
        string count = Container.Env.Single(each => each.Name == Shard.CountVariable).Value;
        for (int index = 0; index < Job.Spec.Completions; index++)
        {
            Shard shard = Shard.OfEnvironment(name =>
                name == "JOB_COMPLETION_INDEX" ? $"{index}"
                : name == Shard.CountVariable ? count
                : null
            );

            Assert.Equal((index, Job.Spec.Completions), (shard.Index, shard.Count));
        }
    }

    [Fact]
    public void Arguments_AreThoseOfTheCommand()
    {
        using var captured = new CapturedTerminal();

        ParseResult parsed = VampNetCommand.Create(captured.Terminal).Parse([.. Container.Args]);

        Assert.Empty(parsed.Errors);
        Assert.Equal("vamp", parsed.CommandResult.Command.Name);
        Assert.Equal(Container.Resources.Requests["cpu"].ToString(), Container.Args[Container.Args.IndexOf("--threads") + 1]);
    }

    [Fact]
    public void Mounts_HoldThePathsOfTheArguments_AndOnlyOutputsCanBeWritten()
    {
        string[] paths = [.. Container.Args.Where(argument => argument.StartsWith('/'))];
        Assert.Equal(3, paths.Length);
        Assert.All(
            paths,
            path => Assert.Single(Container.VolumeMounts, mount => path == mount.MountPath || path.StartsWith($"{mount.MountPath}/"))
        );
        Assert.Equal(
            Container.VolumeMounts.Select(mount => mount.Name).Order(),
            Job.Spec.Template.Spec.Volumes.Select(volume => volume.Name).Order()
        );
        V1VolumeMount Mount(string option) =>
            Container.VolumeMounts.Single(mount =>
                Container.Args[Container.Args.IndexOf(option) + 1].StartsWith(mount.MountPath, StringComparison.Ordinal)
            );
        Assert.True(Mount("--models").ReadOnlyProperty);
        Assert.NotEqual(true, Mount("--out").ReadOnlyProperty);
    }

    [Fact]
    public void ExitCodes_AreThoseOfTheCommand()
    {
        Dictionary<string, IList<int>> codes = Job
            .Spec.PodFailurePolicy.Rules.Where(rule => rule.OnExitCodes is not null)
            .ToDictionary(rule => rule.Action, rule => rule.OnExitCodes.Values);

        Assert.Equal([ExitCode.WrongUsage], codes["FailJob"]);
        Assert.Equal([ExitCode.DataRefused], codes["FailIndex"]);
        Assert.All(
            Job.Spec.PodFailurePolicy.Rules.Where(rule => rule.OnExitCodes is not null),
            rule => Assert.Equal(Container.Name, rule.OnExitCodes.ContainerName)
        );
    }

    [Fact]
    public void Pod_RunsWithoutRightsItDoesNotNeed()
    {
        V1PodSpec pod = Job.Spec.Template.Spec;
        Assert.True(pod.SecurityContext.RunAsNonRoot);
        Assert.Equal(ImageUser, pod.SecurityContext.RunAsUser);
        Assert.Equal(ImageUser, pod.SecurityContext.FsGroup);
        Assert.False(pod.AutomountServiceAccountToken);
        Assert.False(Container.SecurityContext.AllowPrivilegeEscalation);
        Assert.True(Container.SecurityContext.ReadOnlyRootFilesystem);
        Assert.Equal(["ALL"], Container.SecurityContext.Capabilities.Drop);
        Assert.NotEmpty(Container.Resources.Limits["memory"].ToString());
    }

    private static V1Job Read(string text) => KubernetesYaml.Deserialize<V1Job>(text, strict: true);
}
