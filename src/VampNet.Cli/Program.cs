using VampNet.Cli;

return await CommandLineHost.RunAsync(args, Terminal.OfThisProcess(), CancellationToken.None).ConfigureAwait(false);
